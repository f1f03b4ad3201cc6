import { createPublicKey, verify } from "node:crypto";
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  GetPublicKeyCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
  SignCommand,
  VerifyCommand,
} from "@aws-sdk/client-kms";
import { beforeAll, describe, expect, test } from "vitest";
import { policyText } from "../../isolation/policy.ts";
import { accountA, accountB, openPolicy, openStandIn, putKey, region, type TestStandIn } from "./stand-in.ts";

let standIn: TestStandIn;
beforeAll(async () => {
  standIn = await openStandIn();
  return standIn.close;
});

const context = { deployment: "customer-testnet", node: "0" };
const plaintext = Buffer.from("a password");

async function encrypted(account: string, KeyId: string) {
  const { CiphertextBlob } = await standIn
    .clients(account)
    .kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext, EncryptionContext: context }));
  return CiphertextBlob;
}

describe("encryption", () => {
  test("opens what it sealed, in whatever order the context is given", async () => {
    const arn = putKey(standIn.store, accountA, "round-trip");
    const opened = await standIn.clients(accountA).kms.send(
      new DecryptCommand({
        CiphertextBlob: await encrypted(accountA, arn),
        EncryptionContext: { node: "0", deployment: "customer-testnet" },
      }),
    );
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(plaintext);
    expect(opened.KeyId).toBe(arn);
  });

  test.each([
    ["another context", { ...context, node: "1" }],
    ["a missing part of the context", { deployment: "customer-testnet" }],
    ["no context", undefined],
  ])("refuses %s", async (_, EncryptionContext) => {
    const arn = putKey(standIn.store, accountA, "wrong-context");
    const CiphertextBlob = await encrypted(accountA, arn);
    await expect(
      standIn.clients(accountA).kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })),
    ).rejects.toMatchObject({ name: "InvalidCiphertextException", $metadata: { httpStatusCode: 400 } });
  });

  test("refuses a changed ciphertext, and a key that it was not made with", async () => {
    const arn = putKey(standIn.store, accountA, "tampered");
    const other = putKey(standIn.store, accountA, "other");
    const CiphertextBlob = Buffer.from((await encrypted(accountA, arn)) ?? []);
    const { kms } = standIn.clients(accountA);
    await expect(
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context, KeyId: other })),
    ).rejects.toMatchObject({ name: "IncorrectKeyException" });
    CiphertextBlob.writeUInt8(
      CiphertextBlob.readUInt8(CiphertextBlob.length - 1) ^ 1,
      CiphertextBlob.length - 1,
    );
    await expect(
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context })),
    ).rejects.toMatchObject({
      name: "InvalidCiphertextException",
    });
  });

  test("is refused to the other account, for key and ciphertext alike", async () => {
    const policy = openPolicy.replace('"AWS":"*"', `"AWS":"${accountA}"`);
    const arn = putKey(standIn.store, accountA, "not-yours", { policy });
    const { kms } = standIn.clients(accountB);
    const CiphertextBlob = await encrypted(accountA, arn);
    const denied = { name: "AccessDeniedException" };
    await expect(kms.send(new DescribeKeyCommand({ KeyId: arn }))).rejects.toMatchObject(denied);
    await expect(
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context })),
    ).rejects.toMatchObject(denied);
    await expect(kms.send(new DescribeKeyCommand({ KeyId: "not-yours" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  test("hands out a data key, or its ciphertext alone", async () => {
    const KeyId = putKey(standIn.store, accountA, "data-keys");
    const { kms } = standIn.clients(accountA);
    const both = await kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext: context }),
    );
    expect(both.Plaintext).toHaveLength(32);
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: both.CiphertextBlob, EncryptionContext: context }),
    );
    expect(opened.Plaintext).toEqual(both.Plaintext);
    const sealed = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 24 }));
    expect(sealed).not.toHaveProperty("Plaintext");
    expect(
      (await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }))).Plaintext,
    ).toHaveLength(24);
  });
});

test("a key whose policy demands attestation gives its own account ciphertext and no plaintext", async () => {
  const policy = policyText({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyUnattestedPCR0",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": "ab".repeat(48) } },
      },
      { Effect: "Allow", Principal: { AWS: accountA }, Action: "kms:*", Resource: "*" },
    ],
  });
  const KeyId = putKey(standIn.store, accountA, "sealing", { policy });
  const { kms } = standIn.clients(accountA);
  const { CiphertextBlob } = await kms.send(
    new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_256" }),
  );
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await expect(kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  expect(standIn.log().at(-1)).toMatchObject({
    action: "GenerateDataKey",
    decision: "deny",
    by: `key policy ${KeyId} statement 0 (DenyUnattestedPCR0)`,
  });
});

describe("signing", () => {
  const signingKey = { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" };

  test("makes signatures that the public half verifies, here and elsewhere", async () => {
    const KeyId = putKey(standIn.store, accountA, "configuration", signingKey);
    const { kms } = standIn.clients(accountA);
    const Message = Buffer.from("configuration of node 0");
    const { Signature } = await kms.send(
      new SignCommand({ KeyId, Message, SigningAlgorithm: "ECDSA_SHA_256" }),
    );
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
    expect(verify("sha256", Message, publicKey, Signature ?? Buffer.alloc(0))).toBe(true);
    const checked = { KeyId, Signature, SigningAlgorithm: "ECDSA_SHA_256" } as const;
    expect((await kms.send(new VerifyCommand({ ...checked, Message }))).SignatureValid).toBe(true);
    await expect(
      kms.send(new VerifyCommand({ ...checked, Message: Buffer.from("changed") })),
    ).rejects.toMatchObject({
      name: "KMSInvalidSignatureException",
    });
  });

  test("is refused with a key for encryption, and encryption with a key for signing", async () => {
    const { kms } = standIn.clients(accountA);
    const wrong = { name: "InvalidKeyUsageException" };
    const encrypts = putKey(standIn.store, accountA, "encrypts");
    const signs = putKey(standIn.store, accountA, "signs", signingKey);
    await expect(
      kms.send(new SignCommand({ KeyId: encrypts, Message: plaintext, SigningAlgorithm: "ECDSA_SHA_256" })),
    ).rejects.toMatchObject(wrong);
    await expect(kms.send(new EncryptCommand({ KeyId: signs, Plaintext: plaintext }))).rejects.toMatchObject(
      wrong,
    );
  });
});

test("a key that waits to be deleted says so and does nothing", async () => {
  const deletionDate = "2026-09-01T00:00:00.000Z";
  const KeyId = putKey(standIn.store, accountA, "going", { isEnabled: false, deletionDate });
  const { kms } = standIn.clients(accountA);
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata).toMatchObject({ KeyState: "PendingDeletion", DeletionDate: new Date(deletionDate) });
  await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext }))).rejects.toMatchObject({
    name: "KMSInvalidStateException",
  });
});

test("a key is described by id, ARN and alias, with policy and tags", async () => {
  const arn = putKey(standIn.store, accountA, "described", {
    description: "for the logs",
    tags: { Name: "logs" },
  });
  const alias = { name: "alias/customer-testnet-logs", targetKeyId: "described" };
  standIn.store.put({
    account: accountA,
    type: "aws:kms/alias:Alias",
    id: alias.name,
    arn: null,
    properties: alias,
  });
  const { kms } = standIn.clients(accountA);
  for (const KeyId of ["described", arn, alias.name, `arn:aws:kms:${region}:${accountA}:${alias.name}`]) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({
      Arn: arn,
      AWSAccountId: accountA,
      KeyState: "Enabled",
      Description: "for the logs",
    });
  }
  expect((await kms.send(new GetKeyPolicyCommand({ KeyId: arn }))).Policy).toBe(openPolicy);
  const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId: arn }));
  expect(Tags).toEqual([{ TagKey: "Name", TagValue: "logs" }]);
  expect((await kms.send(new ListAliasesCommand({ KeyId: arn }))).Aliases).toMatchObject([
    { AliasName: alias.name },
  ]);
});
