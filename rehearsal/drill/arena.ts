import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import { z } from "zod";
import { accountOfArn } from "../arns.ts";
import { standInCloud } from "../cloud.ts";
import { endpoints } from "../endpoints.ts";
import { AwsError, type Right, type StandInCloud } from "../request.ts";
import { startServer } from "../server.ts";
import type { Store } from "../store.ts";
import { openStore } from "../store-sqlite.ts";

/** Somebody whose credentials a party has. */
export interface Identity {
  readonly arn: string;
  readonly account: string;
  /** How the party came by it. */
  readonly path: string;
  readonly kms: KMSClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly secretsManager: SecretsManagerClient;
  readonly ecs: ECSClient;
  readonly ec2: EC2Client;
  /**
   * Whether a request that the stand-in has no service for would be let through: decided and written down like any other, and nothing
   * comes of it.
   */
  ask(right: Pick<Right, "action" | "resource" | "context">, also?: readonly Right[]): Promise<boolean>;
}

type Credentials = Pick<
  ReturnType<StandInCloud["issueSession"]>,
  "accessKeyId" | "secretAccessKey" | "sessionToken"
>;

/** A throw-away copy of a rehearsal's cloud, behind a server of its own. */
export interface Arena {
  readonly store: Store;
  readonly region: string;
  /** Credentials of a principal that the party is or has come to own. */
  hold(arn: string, path: string): Identity;
  /** The same of credentials that the cloud has handed out. */
  holdSession(arn: string, path: string, credentials: Credentials): Identity;
  close(): Promise<void>;
}

const claimed = z.record(z.string(), z.string());

/** What stands for an attestation document in the copy: nobody has to have an enclave to claim what one would attest. */
export function claim(measurements: Readonly<Record<string, string>>): Uint8Array {
  return Buffer.from(JSON.stringify(measurements));
}

/**
 * Copies the store and opens the copy. Attestation counts as the attacker chooses it there: whoever runs the pinned image on a host of
 * their own has a genuine document, and the drill has no enclave to make one with.
 */
export async function openArena(from: string, region: string): Promise<Arena> {
  const folder = mkdtempSync(join(tmpdir(), "ivault-drill-"));
  copyStore(from, join(folder, "store"));
  const store = openStore(join(folder, "store"));
  const cloud = standInCloud({
    store,
    region,
    now: () => new Date(),
    logFile: join(folder, "requests.jsonl"),
    measurements: (document) => claimed.parse(JSON.parse(Buffer.from(document).toString())),
  });
  const server = await startServer(cloud, endpoints);
  const opened: Identity[] = [];
  const holdSession: Arena["holdSession"] = (arn, path, credentials) => {
    const common = { region, endpoint: server.url, credentials, maxAttempts: 1 };
    const caller = cloud.callerOf(credentials.accessKeyId, credentials.sessionToken) ?? null;
    const identity: Identity = {
      arn,
      account: accountOfArn(arn),
      path,
      kms: new KMSClient(common),
      iam: new IAMClient(common),
      sts: new STSClient(common),
      secretsManager: new SecretsManagerClient(common),
      ecs: new ECSClient(common),
      ec2: new EC2Client(common),
      async ask({ action, resource, context }, also = []) {
        const [service = "", name = ""] = action.split(":");
        const request = { caller, service, action: name, region, resource, input: {}, also };
        try {
          await cloud.perform(context === undefined ? request : { ...request, context }, () => {});
          return true;
        } catch (error) {
          if (error instanceof AwsError) return false;
          throw error;
        }
      },
    };
    opened.push(identity);
    return identity;
  };
  return {
    store,
    region,
    // A second factor, like an address or a time, is the attacker's to choose.
    hold: (arn, path) => holdSession(arn, path, cloud.issueSession(arn, "drill", { secondFactor: true })),
    holdSession,
    async close() {
      for (const { kms, iam, sts, secretsManager, ecs, ec2 } of opened) {
        for (const client of [kms, iam, sts, secretsManager, ecs, ec2]) client.destroy();
      }
      await server.close();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The database as of now, whoever writes it meanwhile; images and objects are left out, for nobody asks for them here. */
function copyStore(from: string, to: string): void {
  cpSync(join(from, "root.key"), join(to, "root.key"));
  const database = new DatabaseSync(join(from, "cloud.db"), { readOnly: true });
  try {
    database.prepare("VACUUM INTO ?").run(join(to, "cloud.db"));
  } finally {
    database.close();
  }
}
