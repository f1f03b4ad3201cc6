import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { z } from "zod";
import { AwsError } from "./request.ts";
import type { Store, StoredObject } from "./store.ts";
import { opened, sealed } from "./store-sqlite.ts";

/** A key as far as its material is concerned: one of the stored keys, or one that AWS manages and nobody made. */
export type KeyOfMaterial = Pick<StoredObject, "account"> & { readonly arn: string };
export type EncryptionContext = Readonly<Record<string, string>>;

const type = "kms:material";
const properties = z.object({ sealed: z.string() });
const blobVersion = 1;

/** Ciphertext that only this key opens, and only with the same context. The key's ARN stands in front, as KMS's blobs carry theirs. */
export function encryptUnder(
  store: Store,
  key: KeyOfMaterial,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const arn = Buffer.from(key.arn);
  const header = Buffer.from([blobVersion, arn.length]);
  return Buffer.concat([
    header,
    arn,
    sealed(symmetricMaterial(store, key), plaintext, authenticated(key.arn, context)),
  ]);
}

/** ARN of the key that made a ciphertext; undefined for what is no ciphertext of ours. */
export function keyArnOf(ciphertext: Uint8Array): string | undefined {
  const [version, length] = ciphertext;
  if (version !== blobVersion || length === undefined) return undefined;
  return Buffer.from(ciphertext.subarray(2, 2 + length)).toString();
}

/** @throws AwsError `InvalidCiphertextException` for another context, another key or a changed ciphertext, which KMS does not tell apart. */
export function decryptUnder(
  store: Store,
  key: KeyOfMaterial,
  ciphertext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const header = 2 + Buffer.byteLength(key.arn);
  try {
    return opened(
      symmetricMaterial(store, key),
      ciphertext.subarray(header),
      authenticated(key.arn, context),
    );
  } catch {
    throw new AwsError("InvalidCiphertextException", "");
  }
}

/** The P-256 pair of a signing key. */
export function signingPair(
  store: Store,
  key: KeyOfMaterial,
): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const der = material(store, key, () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return privateKey.export({ type: "pkcs8", format: "der" });
  });
  const privateKey = createPrivateKey({ key: Buffer.from(der), type: "pkcs8", format: "der" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function symmetricMaterial(store: Store, key: KeyOfMaterial): Uint8Array {
  return material(store, key, () => randomBytes(32));
}

/** Made at the first use of a key, sealed under the store's own key, never changed. */
function material(store: Store, key: KeyOfMaterial, make: () => Uint8Array): Uint8Array {
  return store.transaction(() => {
    const stored = store.get(key.account, type, key.arn);
    if (stored !== undefined)
      return store.open(properties.parse(stored.properties).sealed, materialContext(key));
    const made = make();
    store.put({
      account: key.account,
      type,
      id: key.arn,
      arn: null,
      properties: { sealed: store.seal(made, materialContext(key)) },
    });
    return made;
  });
}

const materialContext = (key: KeyOfMaterial) => `${type} ${key.arn}`;

function authenticated(arn: string, context: EncryptionContext): string {
  return JSON.stringify([arn, Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
