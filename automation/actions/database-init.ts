import { z } from "zod";
import { nodeNumbers } from "../../spec/deployment.ts";
import { servicesOf } from "../model.ts";
import { canonicalJson, sha256Hex } from "../text/canonical-json.ts";
import { databaseName, databaseValue, parseValue } from "../values/vault-values.ts";
import type { Action, ActionContext, Finding } from "./action.ts";
import { readEvidence, writeEvidence } from "./evidence.ts";
import { done, entryOf, handoffOf, ready } from "./finding.ts";
import type { Pause } from "./poll.ts";
import { runToEnd } from "./task.ts";
import { emptySecret, readSecret, secretName } from "./vault.ts";

const evidenceSchema = z.strictObject({ inputSha256: z.string(), at: z.string() });

/** One database and the role that owns it; of the password nothing but the verifier. */
type DatabaseOrder = {
  readonly name: string;
  readonly role: string;
  readonly verifier: string;
};

/** What the task is told to make on one PostgreSQL instance. */
type InstanceOrder = {
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly databases: readonly DatabaseOrder[];
};

/** Has the release's task make one database and one role a component, inside the network. It runs again only when its input changed. */
export function databaseInit(pause: Pause): Action {
  return {
    async inspect(context) {
      const evidence = await readEvidence(context, "database-init", evidenceSchema);
      if (evidence === undefined) return ready("no database was made yet");
      return evidence.inputSha256 === hashOf(await ordersOf(context))
        ? finding(context)
        : ready("a verifier or an address changed");
    },
    async perform(context) {
      const orders = await ordersOf(context);
      const inputSha256 = hashOf(orders);
      const { databaseInit: task } = await handoffOf(context, "wallet-long-lived");
      const { isolatedSubnetIds } = await handoffOf(context, "baseline-infrastructure");
      await runToEnd(
        context,
        {
          component: "database-init",
          ...task,
          subnetIds: isolatedSubnetIds,
          environment: { DATABASE_ORDERS: canonicalJson(orders) },
          startedBy: `database-init ${inputSha256.slice(0, 32)}`,
        },
        pause,
      );
      await writeEvidence(context, "database-init", { inputSha256, at: context.cloud.now().toISOString() });
      return finding(context, { create: orders.flatMap(({ databases }) => databases).length });
    },
  };
}

function finding(context: ActionContext, changes?: Readonly<Record<string, number>>): Finding {
  if (context.cloud.real) return done(context, "one database and one role a component", changes);
  const detail = "the task's input is recorded; no database ran here, so none was made";
  return { ...done(context, detail, changes), evidence: "not established" };
}

/** The services' verifiers come from the account's own vault, the nodes' from their hand-offs. */
async function ordersOf(context: ActionContext): Promise<InstanceOrder[]> {
  const { databases } = await handoffOf(context, "wallet-long-lived");
  const at = (instance: string) => {
    const { host, port } = entryOf(databases, instance, "database");
    return { instance, host, port };
  };
  const services: DatabaseOrder[] = [];
  for (const service of servicesOf(context.inputs)) {
    services.push(order(service, await serviceVerifier(context, service)));
  }
  const orders: InstanceOrder[] = [{ ...at("wallet"), databases: services }];
  for (const node of nodeNumbers) {
    const name = `policy-node${node}` as const;
    const { databaseVerifier } = await handoffOf(context, `secrets-${name}`);
    orders.push({ ...at(name), databases: [order(name, databaseVerifier)] });
  }
  return orders;
}

function order(component: string, verifier: string): DatabaseOrder {
  return { name: databaseName(component), role: databaseName(component), verifier };
}

async function serviceVerifier(context: ActionContext, service: string): Promise<string> {
  const name = `${service}.db-info`;
  const secret = secretName(context.model, name);
  const held = await readSecret(context.aws("infrastructure").secretsManager, secret);
  if (held === undefined) throw emptySecret(secret, "secrets-wallet");
  return parseValue(databaseValue, name, held.value).VERIFIER;
}

function hashOf(orders: readonly InstanceOrder[]): string {
  return sha256Hex(canonicalJson(orders));
}
