import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { relabelled } from "../../rehearsal/services/secret-versions.ts";
import { accountA, accountB, openStandIn, putKey, putSecret, type TestStandIn } from "./stand-in.ts";

let standIn: TestStandIn;
beforeAll(async () => {
  standIn = await openStandIn();
  return standIn.close;
});

function newSecret(name: string): string {
  return putSecret(standIn.store, accountA, name, putKey(standIn.store, accountA, `key of ${name}`));
}

describe("values", () => {
  test("are absent at first, then read by name, ARN and ARN without its suffix", async () => {
    const arn = newSecret("testnet.customer.oidc");
    const { secretsManager } = standIn.clients(accountA);
    await expect(secretsManager.send(new GetSecretValueCommand({ SecretId: arn }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    const put = await secretsManager.send(
      new PutSecretValueCommand({ SecretId: arn, SecretString: "ö value" }),
    );
    expect(put.VersionStages).toEqual(["AWSCURRENT"]);
    for (const SecretId of [arn, "testnet.customer.oidc", arn.slice(0, -7)]) {
      const got = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
      expect(got).toMatchObject({ ARN: arn, SecretString: "ö value", VersionId: put.VersionId });
    }
  });

  test("may be bytes", async () => {
    const SecretId = newSecret("bytes");
    const { secretsManager } = standIn.clients(accountA);
    await secretsManager.send(
      new PutSecretValueCommand({ SecretId, SecretBinary: Buffer.from([0, 255, 7]) }),
    );
    const { SecretBinary, SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
    expect([...(SecretBinary ?? [])]).toEqual([0, 255, 7]);
    expect(SecretString).toBeUndefined();
  });

  test("are nowhere in the store's files in clear", async () => {
    const SecretId = newSecret("canary");
    const canary = `canary-${randomUUID()}`;
    await standIn
      .clients(accountA)
      .secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: canary }));
    const files = readdirSync(standIn.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name)).toContain("cloud.db");
    for (const { parentPath, name } of files) {
      const content = readFileSync(join(parentPath, name));
      expect(content.includes(canary), name).toBe(false);
      expect(content.includes(Buffer.from(canary).toString("base64").slice(0, 40)), name).toBe(false);
    }
  });

  test("belong to their account alone", async () => {
    const SecretId = newSecret("not-yours");
    const { secretsManager } = standIn.clients(accountB);
    await expect(secretsManager.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await expect(
      secretsManager.send(new GetSecretValueCommand({ SecretId: "not-yours" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect((await secretsManager.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  });

  test("use the secret's key in the caller's name, as the log shows", async () => {
    const SecretId = newSecret("logged");
    await standIn
      .clients(accountA)
      .secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: "x" }));
    expect(standIn.log().slice(-2)).toMatchObject([
      { service: "kms", action: "GenerateDataKey", account: accountA, decision: "allow" },
      { service: "secretsmanager", action: "PutSecretValue", resource: SecretId, status: 200 },
    ]);
  });
});

describe("versions", () => {
  test("move AWSCURRENT along and leave AWSPREVIOUS one behind", async () => {
    const SecretId = newSecret("versions");
    const { secretsManager } = standIn.clients(accountA);
    const ids: string[] = [];
    for (const SecretString of ["one", "two", "three"]) {
      const { VersionId } = await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
      ids.push(VersionId ?? "");
    }
    const { VersionIdsToStages } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages).toEqual({ [ids[1] ?? ""]: ["AWSPREVIOUS"], [ids[2] ?? ""]: ["AWSCURRENT"] });
    const previous = await secretsManager.send(
      new GetSecretValueCommand({ SecretId, VersionStage: "AWSPREVIOUS" }),
    );
    expect(previous.SecretString).toBe("two");
    const first = await secretsManager.send(new GetSecretValueCommand({ SecretId, VersionId: ids[0] }));
    expect(first.SecretString).toBe("one");
    const listed = await secretsManager.send(
      new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }),
    );
    expect(listed.Versions).toHaveLength(3);
  });

  test("are put once for one request token, and refused when the token comes with another value", async () => {
    const SecretId = newSecret("tokens");
    const { secretsManager } = standIn.clients(accountA);
    const ClientRequestToken = "0".repeat(40);
    const put = (SecretString: string) =>
      secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));
    await put("one");
    expect((await put("one")).VersionId).toBe(ClientRequestToken);
    await expect(put("two")).rejects.toMatchObject({ name: "ResourceExistsException" });
    const { Versions } = await secretsManager.send(new ListSecretVersionIdsCommand({ SecretId }));
    expect(Versions).toHaveLength(1);
  });

  test("never share a label, however labels were moved", () => {
    const stage = fc.constantFrom("AWSCURRENT", "AWSPENDING", "canary");
    const put = fc.record({
      versionId: fc.constantFrom("a", "b", "c"),
      stages: fc.uniqueArray(stage, { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 8 }), (puts) => {
        const none = ["a", "b", "c"].map((versionId) => ({
          secretArn: "s",
          versionId,
          stages: [],
          kind: "string" as const,
          ciphertext: "",
          createdDate: "",
        }));
        const versions = puts.reduce(
          (before: ReturnType<typeof relabelled>, { versionId, stages }) =>
            relabelled(before, versionId, stages),
          none,
        );
        const labels = versions.flatMap(({ stages }) => stages);
        expect(new Set(labels).size).toBe(labels.length);
        const last = puts.at(-1);
        const holder = versions.find(({ versionId }) => versionId === last?.versionId);
        expect(holder?.stages ?? []).toEqual(expect.arrayContaining([...(last?.stages ?? [])]));
      }),
    );
  });
});
