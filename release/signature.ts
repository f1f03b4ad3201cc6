import { createHash, createPublicKey, type KeyLike, type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { descriptorOf, imageManifestSchema, jsonBlob, parseJson } from "./image.ts";
import { type Blob, digestOf, manifestTypes, type RegistryClient } from "./registry.ts";

/**
 * Keyed signatures in cosign's classic form: the manifest under the tag `sha256-<hex>.sig` has a layer of "simple signing" JSON for each
 * signature, which is an annotation of the layer (ECDSA P-256 over the layer's bytes, SHA-256, DER, base64).
 */
const payloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
const annotation = "dev.cosignproject.cosign/signature";
const signatureKind = "cosign container image signature";
/** Far above what a payload needs (about 250 bytes): what is larger is not read. */
const longestPayload = 65_536;

const payloadSchema = z.looseObject({
  critical: z.looseObject({
    identity: z.looseObject({ "docker-reference": z.string() }),
    image: z.looseObject({ "docker-manifest-digest": z.string() }),
    type: z.string(),
  }),
});

export interface SignatureVerdict {
  readonly verified: boolean;
  /** SHA-256 of the key's SPKI DER, hexadecimal. */
  readonly keySha256: string;
  readonly format?: "simple-signing";
  /** Why the image is not verified. */
  readonly reason?: string;
}

/** Tag under which the signatures of a digest lie. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/**
 * Checks that the holder of a key has signed this very digest. Nothing is said about tags: resolve first, verify the digest, use the digest.
 *
 * @throws RegistryError if the registry cannot be read; a missing or wrong signature is an answer, not an error.
 * @throws TypeError if the key is no P-256 public key.
 */
export async function verifyImageSignature(options: {
  readonly registry: RegistryClient;
  readonly repository: string;
  readonly digest: string;
  readonly publicKeyPem: string;
}): Promise<SignatureVerdict> {
  const { registry, repository, digest } = options;
  const key = p256PublicKey(options.publicKeyPem);
  const keySha256 = createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
  const refused = (reason: string): SignatureVerdict => ({ verified: false, keySha256, reason });

  const found = await registry.resolve(repository, signatureTag(digest));
  if (found === undefined) return refused(`no signature: the registry has no tag ${signatureTag(digest)}`);
  const manifest = imageManifestSchema.safeParse(
    parseJson((await registry.manifest(repository, found)).bytes),
  );
  if (!manifest.success) return refused("the signature's manifest is unreadable");

  const reasons: string[] = [];
  for (const layer of manifest.data.layers) {
    const signature = layer.annotations?.[annotation];
    if (layer.mediaType !== payloadType || signature === undefined || layer.size > longestPayload) {
      reasons.push("a layer without a simple-signing signature");
      continue;
    }
    const reason = refusalOf(await registry.blob(repository, layer.digest), signature, key, digest);
    if (reason === undefined) return { verified: true, keySha256, format: "simple-signing" };
    reasons.push(reason);
  }
  return refused(
    reasons.length === 0 ? "the signature's manifest holds no signature" : [...new Set(reasons)].join("; "),
  );
}

/** Why a payload with its signature does not vouch for the digest; undefined if it does. The signature is checked before the payload is read. */
function refusalOf(
  payload: Uint8Array,
  signature: string,
  key: KeyObject,
  digest: string,
): string | undefined {
  if (!verify("sha256", payload, { key, dsaEncoding: "der" }, Buffer.from(signature, "base64")))
    return "signed with another key, or altered";
  const content = payloadSchema.safeParse(parseJson(payload));
  if (!content.success) return "the signed payload is no simple-signing document";
  const { type, image } = content.data.critical;
  if (type !== signatureKind) return `the signed payload is of type "${type}", not "${signatureKind}"`;
  const signed = image["docker-manifest-digest"];
  return signed === digest ? undefined : `the signature is for ${signed}`;
}

function p256PublicKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw new TypeError("The signing key is no P-256 public key (PEM, SPKI)");
  }
  return key;
}

/** A signature ready for upload: its blobs, and the manifest for `tag`. */
export interface BuiltSignature {
  readonly tag: string;
  readonly manifest: Blob;
  readonly blobs: readonly Blob[];
}

/**
 * Signs a digest as `cosign sign --key` does.
 *
 * @param reference - Registry and repository without tag, which the payload names.
 * @param privateKey - P-256 private key.
 */
export function signSimple(reference: string, digest: string, privateKey: KeyLike): BuiltSignature {
  const payload = jsonBlob(payloadType, {
    critical: {
      identity: { "docker-reference": reference },
      image: { "docker-manifest-digest": digest },
      type: signatureKind,
    },
    optional: null,
  });
  return signatureOf(digest, payload, sign("sha256", payload.bytes, privateKey).toString("base64"));
}

/** The manifest that carries one payload with its signature for the image `digest`. */
export function signatureOf(digest: string, payload: Blob, signature: string): BuiltSignature {
  const config = jsonBlob("application/vnd.oci.image.config.v1+json", {
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers", diff_ids: [digestOf(payload.bytes)] },
  });
  const manifest = jsonBlob(manifestTypes.image, {
    schemaVersion: 2,
    mediaType: manifestTypes.image,
    config: descriptorOf(config),
    layers: [{ ...descriptorOf(payload), annotations: { [annotation]: signature } }],
  });
  return { tag: signatureTag(digest), manifest, blobs: [config, payload] };
}
