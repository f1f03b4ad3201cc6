import { randomBytes } from "node:crypto";
import { accountOfArn } from "../arns.ts";
import { encryptUnder } from "../key-material.ts";
import { currentValue } from "../services/secret-versions.ts";
import { findSecret } from "../services/secrets.ts";
import type { Store } from "../store.ts";
import { aimOf, endow } from "./aims.ts";
import { type Arena, type Identity, openArena } from "./arena.ts";
import { besiege, type Siege, type Target } from "./attempts.ts";
import { become } from "./becoming.ts";
import { runOn } from "./carrying.ts";
import type { DrillCell, DrillParty, DrillPlan, DrillShard } from "./plan.ts";

export interface DrillOptions {
  /** Folder of the rehearsal's store, which stays as it is. */
  readonly store: string;
  readonly region: string;
  readonly plan: DrillPlan;
  /** Told of each party before it plays. */
  readonly report: (party: string) => void;
}

/**
 * Plays every party against a copy of the rehearsal's cloud, over HTTP and with its own credentials: it becomes whom it can, and sends
 * everything that could open a shard. Each party plays on a copy of its own, so that nobody profits by another's success.
 */
export async function drill({ store, region, plan, report }: DrillOptions): Promise<DrillCell[]> {
  const cells: DrillCell[] = [];
  for (const party of plan.parties) {
    report(party.id);
    const arena = await openArena(store, region);
    try {
      cells.push(...(await play(arena, party, plan)));
    } finally {
      await arena.close();
    }
  }
  return cells;
}

async function play(arena: Arena, party: DrillParty, plan: DrillPlan): Promise<DrillCell[]> {
  const targets = plan.shards.map(
    (shard): Target => ({ ...shard, ciphertext: ciphertextOf(arena.store, shard) }),
  );
  const { identities, attempts: becoming } = await assemble(arena, party, plan);
  const recovers = party.holds.includes("ers-key") && party.holds.includes("backup");
  const cells: DrillCell[] = [];
  for (const target of targets) {
    const cell = { party: party.id, shard: target.node };
    if (recovers) {
      const by = "the emergency recovery key and the backup of the master key";
      cells.push({ ...cell, drill: "reached", attempts: 0, by });
      continue;
    }
    const grantee = granteeOf(arena.store, target, identities);
    const siege: Siege =
      grantee === undefined ? await besiege(identities, target) : { attempts: 0, reached: grantee };
    const by = siege.reached ?? siege.refusedBy;
    cells.push({
      ...cell,
      drill: siege.reached === undefined ? "refused" : "reached",
      attempts: becoming + siege.attempts,
      ...(by === undefined ? {} : { by }),
    });
  }
  return cells;
}

/** Whom the party is, and whom it can become from there, step by step. */
async function assemble(
  arena: Arena,
  party: DrillParty,
  { principals, compute }: DrillPlan,
): Promise<{ readonly identities: readonly Identity[]; readonly attempts: number }> {
  const held = new Map<string, Identity>();
  const owned = new Set<string>();
  for (const arn of beginnings(arena, party)) held.set(arn, arena.hold(arn, `${party.id} (${arn})`));
  const aims = principals.map(aimOf).filter((aim) => aim !== undefined);
  let attempts = 0;
  const turns = [...held.values()];
  for (let from = turns.shift(); from !== undefined; from = turns.shift()) {
    for (const aim of aims) {
      if (owned.has(aim.arn) || (held.has(aim.arn) && aim.account !== from.account)) continue;
      const became = await become(arena, from, aim);
      attempts += became.attempts;
      if (became.identity === undefined || (held.has(aim.arn) && !became.owned)) continue;
      held.set(aim.arn, became.identity);
      if (became.owned) owned.add(aim.arn);
      turns.push(became.identity);
    }
    for (const one of compute) {
      if (held.has(one.roleArn)) continue;
      const { attempts: tried, how } = await runOn(arena, from, one);
      attempts += tried;
      if (how === undefined) continue;
      const identity = arena.hold(one.roleArn, `${one.roleArn}, ${how}`);
      held.set(one.roleArn, identity);
      turns.push(identity);
    }
  }
  return { identities: [...held.values()], attempts };
}

/** Who is not in the cloud, as people's own principals are not, may do everything in its account, for all that anybody knows. */
function beginnings(arena: Arena, { principals, accounts }: DrillParty): readonly string[] {
  const own = principals.map((arn) =>
    arn.replace(/^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, "arn:aws:iam::$1:role/$2"),
  );
  const administrators = accounts.map((account) => `arn:aws:iam::${account}:role/drill-administrator`);
  const assumed = [...own, ...administrators].filter(
    (arn) => aimOf(arn) !== undefined || arn.endsWith(":root"),
  );
  for (const aim of assumed.map(aimOf)) {
    if (aim !== undefined && arena.store.byArn(aim.arn) === undefined) endow(arena, aim);
  }
  return [...new Set([...assumed, ...accounts.map((account) => `arn:aws:iam::${account}:root`)])];
}

/** The sealed password as it lies in the vault; before there is one, any ciphertext under the key. */
function ciphertextOf(store: Store, { keyArn, secretArns, encryptionContext }: DrillShard): Uint8Array {
  const account = accountOfArn(keyArn);
  const secret = findSecret(store, account, secretArns[0] ?? "");
  const value = secret === undefined ? undefined : currentValue(store, secret);
  return value === undefined
    ? encryptUnder(store, { account, arn: keyArn }, randomBytes(32), encryptionContext)
    : Buffer.from(value, "base64");
}

/** A grant on the key to one of these counts whatever it is for, since its constraints are the grantee's to meet. */
function granteeOf(store: Store, { keyArn }: Target, identities: readonly Identity[]): string | undefined {
  const id = keyArn.split("/").at(-1);
  const grants = store
    .list({ account: accountOfArn(keyArn), type: "aws:kms/grant:Grant" })
    .filter(({ properties }) => properties.keyId === id || properties.keyId === keyArn);
  for (const { properties } of grants) {
    const grantee = identities.find(({ arn }) => arn === properties.granteePrincipal);
    if (grantee !== undefined) return `grant ${properties.grantId} as ${grantee.path}`;
  }
  return undefined;
}
