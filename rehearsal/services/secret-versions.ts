import { z } from "zod";
import { encryptionKeys } from "../authoriser/context.ts";
import { decryptUnder, encryptUnder, type KeyOfMaterial } from "../key-material.ts";
import { AwsError } from "../request.ts";
import type { Store } from "../store.ts";
import type { HandlerContext } from "./handler.ts";
import type { Secret } from "./secrets.ts";

const type = "secretsmanager:version";
const properties = z.object({
  secretArn: z.string(),
  versionId: z.string(),
  stages: z.array(z.string()),
  kind: z.enum(["string", "binary"]),
  /** Ciphertext under the secret's key, base64. */
  ciphertext: z.string(),
  createdDate: z.string(),
});

export type SecretVersion = z.infer<typeof properties>;
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: Uint8Array };

/** Staging label of the version that readers get. */
export const current = "AWSCURRENT";
const previous = "AWSPREVIOUS";

export function versionsOf(store: Store, { account, arn }: Secret): SecretVersion[] {
  return store
    .list({ account, type })
    .map((stored) => properties.parse(stored.properties))
    .filter(({ secretArn }) => secretArn === arn);
}

/** The current text of a secret as the store has it, without a request; undefined while there is none. */
export function currentValue(store: Store, secret: Secret): string | undefined {
  const version = versionsOf(store, secret).find(({ stages }) => stages.includes(current));
  if (version === undefined || version.kind !== "string") return undefined;
  const { account, arn } = secret;
  const key =
    store.byArn(secret.kmsKeyId ?? "") ??
    store.byArn(arn.replace(/:secretsmanager:(.*):secret:.*$/, `:kms:$1:key/${secret.kmsKeyId}`));
  if (key === undefined || key.arn === null) return undefined;
  const context = encryptionContext(secret, version.versionId);
  return decryptUnder(
    store,
    { account, arn: key.arn },
    Buffer.from(version.ciphertext, "base64"),
    context,
  ).toString();
}

/** Decrypts a version as Secrets Manager does: with the secret's key, on the caller's behalf, bound to secret and version. */
export async function openValue(
  request: HandlerContext,
  secret: Secret,
  version: SecretVersion,
): Promise<SecretValue> {
  const key = keyOf(request, secret);
  const context = encryptionContext(secret, version.versionId);
  const plaintext = await throughKey(request, key, "Decrypt", context, () =>
    decryptUnder(request.cloud.store, key, Buffer.from(version.ciphertext, "base64"), context),
  );
  return version.kind === "string" ? { SecretString: plaintext.toString() } : { SecretBinary: plaintext };
}

/** Adds a version, moves the labels to it, and leaves AWSPREVIOUS with the version that had been current. */
export async function storeVersion(
  request: HandlerContext,
  secret: Secret,
  versionId: string,
  value: SecretValue,
  stages: readonly string[],
): Promise<void> {
  const { store } = request.cloud;
  const key = keyOf(request, secret);
  const plaintext = "SecretString" in value ? Buffer.from(value.SecretString) : value.SecretBinary;
  const context = encryptionContext(secret, versionId);
  const ciphertext = await throughKey(request, key, "GenerateDataKey", context, () =>
    encryptUnder(store, key, plaintext, context),
  );
  const version: SecretVersion = {
    secretArn: secret.arn,
    versionId,
    stages: [],
    kind: "SecretString" in value ? "string" : "binary",
    ciphertext: ciphertext.toString("base64"),
    createdDate: request.cloud.now().toISOString(),
  };
  store.transaction(() => {
    for (const each of relabelled([...versionsOf(store, secret), version], versionId, stages)) {
      store.put({
        account: secret.account,
        type,
        id: `${secret.arn}/${each.versionId}`,
        arn: null,
        properties: each,
      });
    }
  });
}

/** Every label is on one version at most: those given go to `versionId`; when AWSCURRENT moves, AWSPREVIOUS goes to where it was. */
export function relabelled(
  versions: readonly SecretVersion[],
  versionId: string,
  stages: readonly string[],
): readonly SecretVersion[] {
  const wasCurrent = versions.find((version) => version.stages.includes(current))?.versionId;
  const moved = new Map(stages.map((stage) => [stage, versionId]));
  if (stages.includes(current) && wasCurrent !== undefined && wasCurrent !== versionId)
    moved.set(previous, wasCurrent);
  return versions.map((version) => ({
    ...version,
    stages: [
      ...version.stages.filter((stage) => !moved.has(stage)),
      ...[...moved].filter(([, to]) => to === version.versionId).map(([stage]) => stage),
    ],
  }));
}

export function sameValue(one: SecretValue, other: SecretValue): boolean {
  if ("SecretString" in one) return "SecretString" in other && one.SecretString === other.SecretString;
  return "SecretBinary" in other && Buffer.compare(one.SecretBinary, other.SecretBinary) === 0;
}

/** Secrets Manager's own use of a key is a request of the caller's, made through the service; the key's policy decides it. */
function throughKey<T>(
  request: HandlerContext,
  key: KeyOfMaterial,
  action: string,
  context: ReturnType<typeof encryptionContext>,
  work: () => T,
): Promise<T> {
  const { cloud, caller, region } = request;
  return cloud.perform(
    {
      caller,
      service: "kms",
      action,
      region,
      resource: key.arn,
      resourceAccount: key.account,
      input: {},
      context: encryptionKeys(context),
      via: `secretsmanager.${region}.amazonaws.com`,
    },
    work,
  );
}

/** The secret's key as its ARN, id or alias was given; without one, the key that AWS manages for the service. */
function keyOf({ cloud, region }: HandlerContext, secret: Secret): KeyOfMaterial {
  const prefix = `arn:aws:kms:${region}:${secret.account}`;
  const named = secret.kmsKeyId;
  if (named === undefined || named === "alias/aws/secretsmanager") {
    return { account: secret.account, arn: `${prefix}:alias/aws/secretsmanager` };
  }
  const key = cloud.store.byArn(named.startsWith("arn:") ? named : `${prefix}:key/${named}`);
  if (key === undefined || key.arn === null) {
    throw new AwsError("EncryptionFailure", `The secret's key ${named} does not exist or cannot be used.`);
  }
  return { account: key.account, arn: key.arn };
}

function encryptionContext(secret: Secret, versionId: string) {
  return { SecretARN: secret.arn, SecretVersionId: versionId };
}
