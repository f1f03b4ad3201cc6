import { generateKeyPairSync, randomBytes } from "node:crypto";
import {
  CreateGrantCommand,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DeriveSharedSecretCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  ImportKeyMaterialCommand,
  PutKeyPolicyCommand,
  type RecipientInfo,
  ReEncryptCommand,
  ReplicateKeyCommand,
  UpdatePrimaryRegionCommand,
} from "@aws-sdk/client-kms";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { claim, type Identity } from "./arena.ts";
import { refusalOf } from "./outcome.ts";
import type { DrillShard } from "./plan.ts";

/** A shard with a ciphertext of its sealed password, which is nobody's secret. */
export interface Target extends DrillShard {
  readonly ciphertext: Uint8Array;
}

interface Attempt {
  /** The right that it takes, with prefix. */
  readonly action: string;
  readonly what: string;
  readonly send: (as: Identity) => Promise<unknown>;
}

const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  type: "spki",
  format: "der",
});

/** What a party has found out about a shard. */
export interface Siege {
  readonly attempts: number;
  readonly reached?: string;
  /** How the plain decryption was refused. */
  readonly refusedBy?: string;
}

/** Everything that could reach the shard, as each of these identities, until something does. */
export async function besiege(identities: readonly Identity[], target: Target): Promise<Siege> {
  let attempts = 0;
  let refusedBy: string | undefined;
  const encrypting: Identity[] = [];
  const planting: Identity[] = [];
  for (const identity of identities) {
    for (const { action, what, send } of attemptsOn(target, identity)) {
      attempts++;
      const refusal = await refusalOf(action, () => send(identity));
      if (refusal === undefined) return { attempts, reached: `${what} as ${identity.path}` };
      refusedBy ??= refusal.replace(/^.* (?=because|with an explicit)/, `${action} on ${target.keyArn} `);
    }
    attempts += 1 + target.secretArns.length;
    if ((await refusalOf("kms:Encrypt", () => encrypt(identity, target))) === undefined)
      encrypting.push(identity);
    for (const secretArn of target.secretArns) {
      const write = () => plant(identity, secretArn);
      if ((await refusalOf("secretsmanager:PutSecretValue", write)) === undefined) planting.push(identity);
    }
    const [encryptor] = encrypting;
    const [planter] = planting;
    if (encryptor !== undefined && planter !== undefined) {
      return {
        attempts,
        reached: `kms:Encrypt as ${encryptor.path} and secretsmanager:PutSecretValue as ${planter.path}`,
      };
    }
  }
  return { attempts, refusedBy };
}

function encrypt({ kms }: Identity, { keyArn, encryptionContext }: Target): Promise<unknown> {
  const command = {
    KeyId: keyArn,
    Plaintext: Buffer.from("a known password"),
    EncryptionContext: encryptionContext,
  };
  return kms.send(new EncryptCommand(command));
}

/** Without a staging label that counts, so that an attempt that succeeds changes nothing for the next. */
function plant({ secretsManager }: Identity, SecretId: string): Promise<unknown> {
  const command = { SecretId, SecretString: "a known password", VersionStages: ["DRILL"] };
  return secretsManager.send(new PutSecretValueCommand(command));
}

function attemptsOn(target: Target, identity: Identity): readonly Attempt[] {
  const node = identity.arn === target.nodeRoleArn;
  const documents = [undefined, ...claims(target, node)];
  return [
    ...documents.flatMap((document) => plaintextCalls(target, document)),
    ...sideDoors(target, identity),
  ];
}

/** Attestations that are worth a try. That of the node's own enclave is no attack, so the node's role goes without it. */
function claims({ pcrs }: Target, node: boolean): readonly Readonly<Record<string, string>>[] {
  const pinned = Object.entries(pcrs).map(([register, accepted]) => [register, accepted?.[0] ?? ""] as const);
  const right: Readonly<Record<string, string>> = Object.fromEntries(pinned);
  const registers = Object.keys(right);
  const wrong = randomBytes(48).toString("hex");
  return [
    ...(node ? [] : [right]),
    ...registers.map((register) => ({ [register]: right[register] ?? "" })),
    ...registers.map((register) => ({ ...right, [register]: wrong })),
    Object.fromEntries(registers.map((register) => [register, "0".repeat(96)])),
  ].filter(
    (measurements) => !node || registers.some((register) => measurements[register] !== right[register]),
  );
}

function plaintextCalls(
  target: Target,
  measurements: Readonly<Record<string, string>> | undefined,
): readonly Attempt[] {
  const { keyArn: KeyId, ciphertext: CiphertextBlob, encryptionContext: EncryptionContext } = target;
  const recipient: RecipientInfo | undefined =
    measurements === undefined
      ? undefined
      : { AttestationDocument: claim(measurements), KeyEncryptionAlgorithm: "RSAES_OAEP_SHA_256" };
  const Recipient = recipient;
  const how = measurements === undefined ? "" : ` attesting PCR ${Object.keys(measurements).join(", ")}`;
  const attempt = (name: string, send: Attempt["send"]): Attempt => ({
    action: `kms:${name}`,
    what: `kms:${name}${how}`,
    send,
  });
  return [
    attempt("Decrypt", ({ kms }) =>
      kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext, Recipient })),
    ),
    attempt("GenerateDataKey", ({ kms }) =>
      kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext, Recipient })),
    ),
    attempt("GenerateDataKeyPair", ({ kms }) =>
      kms.send(
        new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256", EncryptionContext, Recipient }),
      ),
    ),
    attempt("DeriveSharedSecret", ({ kms }) =>
      kms.send(
        new DeriveSharedSecretCommand({
          KeyId,
          KeyAgreementAlgorithm: "ECDH",
          PublicKey: publicKey,
          Recipient,
        }),
      ),
    ),
  ];
}

/** Whoever has one of these opens the key for itself: with another policy, a grant, a copy, or material of its own. */
function sideDoors(target: Target, identity: Identity): readonly Attempt[] {
  const { keyArn: KeyId, ciphertext: CiphertextBlob, encryptionContext } = target;
  const attempt = (name: string, send: Attempt["send"]): Attempt => ({
    action: `kms:${name}`,
    what: `kms:${name}`,
    send,
  });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: identity.arn }, Action: "kms:*", Resource: "*" }],
  });
  return [
    attempt("PutKeyPolicy", async ({ kms }) => {
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
      await kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: encryptionContext }));
    }),
    attempt("CreateGrant", async ({ kms }) => {
      await kms.send(
        new CreateGrantCommand({ KeyId, GranteePrincipal: identity.arn, Operations: ["Decrypt"] }),
      );
      await kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: encryptionContext }));
    }),
    attempt("ReEncryptFrom", ({ kms }) =>
      kms.send(
        new ReEncryptCommand({
          CiphertextBlob,
          SourceEncryptionContext: encryptionContext,
          DestinationKeyId: KeyId,
        }),
      ),
    ),
    attempt("ReplicateKey", ({ kms }) =>
      kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: "eu-west-1", Policy })),
    ),
    attempt("ImportKeyMaterial", ({ kms }) =>
      kms.send(
        new ImportKeyMaterialCommand({
          KeyId,
          ImportToken: randomBytes(16),
          EncryptedKeyMaterial: randomBytes(256),
        }),
      ),
    ),
    attempt("DeleteImportedKeyMaterial", ({ kms }) =>
      kms.send(new DeleteImportedKeyMaterialCommand({ KeyId })),
    ),
    attempt("UpdatePrimaryRegion", ({ kms }) =>
      kms.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: "eu-west-1" })),
    ),
  ];
}
