import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClients, awsClients } from "../../automation/aws.ts";
import { policyText, type Statement } from "../../isolation/policy.ts";
import { standInCloud } from "../../rehearsal/cloud.ts";
import { endpoints } from "../../rehearsal/endpoints.ts";
import type { RequestLogLine, StandInCloud } from "../../rehearsal/request.ts";
import { startServer } from "../../rehearsal/server.ts";
import type { Store } from "../../rehearsal/store.ts";
import { openStore } from "../../rehearsal/store-sqlite.ts";

export const region = "us-east-2";
export const accountA = "111111111111";
export const accountB = "222222222222";

export interface TestStandIn {
  readonly folder: string;
  readonly url: string;
  readonly cloud: StandInCloud;
  readonly store: Store;
  /** Clients of a session of this role in this account. */
  clients(account: string, role?: string): AwsClients;
  log(): RequestLogLine[];
  close(): Promise<void>;
}

/**
 * The whole stand-in on a free port.
 *
 * @param kept folder of the store, which outlives the stand-in; absent: a temporary one
 */
export async function openStandIn(kept?: string): Promise<TestStandIn> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), "stand-in-"));
  const store = openStore(join(folder, "store"));
  for (const account of [accountA, accountB]) {
    if (store.list({ account, type: "aws:iam/role:Role" }).length === 0) putAdministrator(store, account);
  }
  const logFile = join(folder, "requests.jsonl");
  const cloud = standInCloud({ store, region, now: () => new Date(), logFile });
  const server = await startServer(cloud, endpoints);
  return {
    folder,
    url: server.url,
    cloud,
    store,
    clients(account, role = "customer-testnet-deploy") {
      if (store.get(account, "aws:iam/role:Role", role) === undefined) putAdministrator(store, account, role);
      const credentials = cloud.issueSession(`arn:aws:iam::${account}:role/${role}`, "test");
      return awsClients({ region, endpoint: server.url, credentials });
    },
    log: () =>
      readFileSync(logFile, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    async close() {
      await server.close();
      store.close();
      if (kept === undefined) rmSync(folder, { recursive: true });
    },
  };
}

export const openPolicy = policyText({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }],
});

/** A key as the engine's provider would have stored it. */
export function putKey(
  store: Store,
  account: string,
  id: string,
  properties: Record<string, unknown> = {},
): string {
  const arn = `arn:aws:kms:${region}:${account}:key/${id}`;
  store.put({
    account,
    type: "aws:kms/key:Key",
    id,
    arn,
    properties: { keyId: id, arn, policy: openPolicy, ...properties },
  });
  return arn;
}

export function putSecret(store: Store, account: string, name: string, kmsKeyId?: string): string {
  const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-a1B2c3`;
  store.put({
    account,
    type: "aws:secretsmanager/secret:Secret",
    id: arn,
    arn,
    properties: { arn, name, kmsKeyId, tags: {} },
  });
  return arn;
}

/** A role that may do everything in its account, as far as the account's own policies go. */
export function putAdministrator(store: Store, account: string, name = "customer-testnet-deploy"): string {
  const arn = putRole(store, account, name);
  putRolePolicy(store, account, name, "everything", { Effect: "Allow", Action: "*", Resource: "*" });
  return arn;
}

export function putRolePolicy(
  store: Store,
  account: string,
  role: string,
  name: string,
  ...statements: Statement[]
): void {
  const policy = policyText({ Version: "2012-10-17", Statement: statements });
  const properties = { role, name, policy };
  store.put({ account, type: "aws:iam/rolePolicy:RolePolicy", id: `${role}:${name}`, arn: null, properties });
}

export function putRole(store: Store, account: string, name: string, ...trust: Statement[]): string {
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const assumeRolePolicy = policyText({ Version: "2012-10-17", Statement: trust });
  const properties = {
    arn,
    name,
    assumeRolePolicy,
    uniqueId: "AROAEXAMPLEEXAMPLE001",
    createDate: "2026-01-01T00:00:00.000Z",
  };
  store.put({ account, type: "aws:iam/role:Role", id: name, arn, properties });
  return arn;
}
