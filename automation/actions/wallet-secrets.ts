import { walletVault } from "../../isolation/wallet-vault.ts";
import { UserError } from "../errors.ts";
import type { ActionHandoffs } from "../handoffs.ts";
import { servicesOf } from "../model.ts";
import { canonicalJson, sha256Hex } from "../text/canonical-json.ts";
import { bundleSha256 } from "../values/peer-bundle.ts";
import { walletValues } from "../values/wallet-values.ts";
import type { Action, ActionContext } from "./action.ts";
import { done, entryOf, handoffOf, ready } from "./finding.ts";
import { type HeldSecret, readSecret, secretName, writeSecret } from "./vault.ts";

type Handoff = ActionHandoffs["secrets-wallet"];

/**
 * Fills the vaults of wallet and broker, signs the nodes' certificates and publishes the peer bundle. All of it in the infrastructure
 * account; of the nodes it knows what their hand-offs say.
 */
export const walletSecrets: Action = {
  async inspect(context) {
    const held = await readAll(context);
    // Whatever is missing would be made only to be thrown away again.
    const missing = wantedBy(context).filter((name) => held[name] === undefined);
    if (missing.length > 0) return ready(`${missing.length} secrets of wallet and broker have no value yet`);
    const plan = await planOf(context, held);
    if (Object.keys(plan.writes).length > 0) return ready(`${Object.keys(plan.writes).join(", ")} changed`);
    const known = await context.handoffs.read("secrets-wallet");
    const expected = handoffFrom(plan, held);
    if (known === undefined || canonicalJson(known) !== canonicalJson(expected)) {
      return ready("the hand-off is to be written");
    }
    return done(context, `${Object.keys(held).length} secrets of wallet and broker are in their vaults`);
  },
  async perform(context) {
    const before = await readAll(context);
    const plan = await planOf(context, before);
    const client = context.aws("infrastructure").secretsManager;
    const held: Record<string, HeldSecret> = { ...before };
    for (const [name, value] of Object.entries(plan.writes)) {
      context.report(`${secretName(context.model, name)} is written`);
      held[name] = await writeSecret(client, secretName(context.model, name), value);
    }
    await context.handoffs.write(
      "secrets-wallet",
      context.model.accountIds.infrastructure,
      handoffFrom(plan, held),
    );
    const update = Object.keys(plan.writes).filter((name) => before[name] !== undefined).length;
    const create = Object.keys(plan.writes).length - update;
    const changes = create + update === 0 ? undefined : { create, update };
    return done(
      context,
      `${create} secrets made and ${update} renewed; three node certificates signed`,
      changes,
    );
  },
};

interface Plan {
  /** Values that differ from what is held. */
  readonly writes: Readonly<Record<string, string>>;
  readonly authority: string;
  readonly peers: Handoff["peers"];
  readonly ersPublicKey: string;
}

type Held = Readonly<Record<string, HeldSecret>>;

function wantedBy({ inputs }: ActionContext): string[] {
  return walletVault(servicesOf(inputs)).map(({ name }) => name);
}

/** Compares in memory what the vaults hold with what they should, in the infrastructure account's own: no hash of a secret is kept anywhere. */
async function planOf(context: ActionContext, held: Held): Promise<Plan> {
  const { inputs, model } = context;
  const { databases } = await handoffOf(context, "wallet-long-lived");
  const { values, authority, peers } = await walletValues(
    Object.fromEntries(Object.entries(held).map(([name, { value }]) => [name, value])),
    {
      names: model.names,
      services: servicesOf(inputs),
      databaseHost: entryOf(databases, "wallet", "database").host,
      nodes: {
        0: await handoffOf(context, "secrets-policy-node0"),
        1: await handoffOf(context, "secrets-policy-node1"),
        2: await handoffOf(context, "secrets-policy-node2"),
      },
      customerSecrets: inputs.customerSecrets?.content,
    },
    context.cloud.now(),
  );
  const ersPublicKey = values["ers-public-key"] ?? held["ers-public-key"]?.value;
  const missing = wantedBy(context).filter((name) => values[name] === undefined && held[name] === undefined);
  if (missing.length > 0 || ersPublicKey === undefined) {
    throw new UserError({
      code: "customer-secrets-missing",
      message: `No value is known for ${missing.join(", ")}: there is no customer-secrets.yml in ${inputs.folder}, and the vault does not hold them yet.`,
      hint: "put the file there for this one run; once the vault holds the values it may be wiped",
    });
  }
  const writes = Object.entries(values).filter(([name, value]) => held[name]?.value !== value);
  return { writes: Object.fromEntries(writes), authority, peers, ersPublicKey };
}

async function readAll(context: ActionContext): Promise<Record<string, HeldSecret>> {
  const client = context.aws("infrastructure").secretsManager;
  const held: Record<string, HeldSecret> = {};
  for (const name of wantedBy(context)) {
    const present = await readSecret(client, secretName(context.model, name));
    if (present !== undefined) held[name] = present;
  }
  return held;
}

/** The public side. The revision follows the versions' ids, which are random, and so says nothing about a value. */
function handoffFrom({ authority, peers, ersPublicKey }: Plan, held: Held): Handoff {
  const versions = Object.entries(held)
    .map(([name, { versionId }]) => [name, versionId] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    authority,
    peers,
    ersPublicKey,
    bundleSha256: bundleSha256(authority, peers),
    revision: sha256Hex(canonicalJson(versions)).slice(0, 16),
  };
}
