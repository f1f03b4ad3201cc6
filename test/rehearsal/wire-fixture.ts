import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClients, awsClients } from "../../automation/aws.ts";
import { registerAccount } from "../../rehearsal/accounts.ts";
import { standInCloud } from "../../rehearsal/cloud.ts";
import { endpoints } from "../../rehearsal/endpoints.ts";
import type { RequestLogLine, StandInCloud } from "../../rehearsal/request.ts";
import { startServer } from "../../rehearsal/server.ts";
import { openStore } from "../../rehearsal/store-sqlite.ts";
import { fetchThrough } from "../../rehearsal/web.ts";

export const region = "us-east-2";
export const accounts = ["111111111111", "222222222222", "333333333333"] as const;

/** A stand-in cloud with a server of its own, and the real SDK's clients against it. */
export interface Wire {
  readonly cloud: StandInCloud;
  readonly http: typeof fetch;
  /** Clients of the deploy role of an account. */
  clients(account: string): AwsClients;
  /** Puts an object as the engine's provider would have. */
  put(
    account: string,
    type: string,
    id: string,
    arn: string | null,
    properties: Record<string, unknown>,
  ): void;
  /** Lines of the request log so far. */
  log(): RequestLogLine[];
  close(): Promise<void>;
}

/** Time stands still at `now`. */
export async function openWire(now = new Date("2026-01-02T03:04:05Z")): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), "wire-"));
  const logFile = join(folder, "requests.jsonl");
  const store = openStore(join(folder, "store"));
  for (const account of accounts) registerAccount(store, account, "deployment");
  const cloud = standInCloud({ store, region, now: () => now, logFile });
  const server = await startServer(cloud, endpoints);
  const clients = new Map<string, AwsClients>();
  return {
    cloud,
    http: fetchThrough(server.url),
    clients(account) {
      const role = `arn:aws:iam::${account}:role/customer-testnet-deploy`;
      const present = clients.get(account);
      if (present !== undefined) return present;
      const credentials = cloud.issueSession(role, "test");
      const made = awsClients({ region, credentials, endpoint: server.url });
      clients.set(account, made);
      return made;
    },
    put: (account, type, id, arn, properties) => store.put({ account, type, id, arn, properties }),
    log: () =>
      (existsSync(logFile) ? readFileSync(logFile, "utf8") : "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    async close() {
      await server.close();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
