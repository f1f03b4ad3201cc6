import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { jsonBlob } from "../../release/image.ts";
import { digestOf, manifestTypes, registryClient } from "../../release/registry.ts";
import {
  type BuiltSignature,
  signatureOf,
  signatureTag,
  signSimple,
  verifyImageSignature,
} from "../../release/signature.ts";
import { memoryRegistry } from "./memory-registry.ts";

const reference = "vendor.example/blockdaemon/wallet";
const repository = "blockdaemon/wallet";
const digest = digestOf(Buffer.from("an image"));
const otherDigest = digestOf(Buffer.from("another image"));
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();

async function verdictOn(signature: BuiltSignature | undefined, key = publicKeyPem) {
  const registry = registryClient({ host: "vendor.example", http: memoryRegistry().http });
  if (signature) {
    for (const blob of signature.blobs) await registry.uploadBlob(repository, blob);
    await registry.putManifest(repository, signatureTag(digest), signature.manifest);
  }
  return verifyImageSignature({ registry, repository, digest, publicKeyPem: key });
}

/** A signature that is right as such, over a payload of one's choice. */
function signed(critical: unknown): BuiltSignature {
  const payload = jsonBlob("application/vnd.dev.cosign.simplesigning.v1+json", { critical, optional: null });
  return signatureOf(digest, payload, sign("sha256", payload.bytes, privateKey).toString("base64"));
}

const critical = {
  identity: { "docker-reference": reference },
  image: { "docker-manifest-digest": digest },
  type: "cosign container image signature",
};

describe("an image's signature", () => {
  it("by the key over the digest is accepted", async () => {
    const keySha256 = createHash("sha256")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("hex");
    expect(await verdictOn(signSimple(reference, digest, privateKey))).toEqual({
      verified: true,
      format: "simple-signing",
      keySha256,
    });
    expect(await verdictOn(signed(critical))).toMatchObject({ verified: true });
  });

  it.each([
    ["missing", undefined, /no signature/],
    ["by another key", signSimple(reference, digest, stranger.privateKey), /another key, or altered/],
    [
      "over another digest",
      signed({ ...critical, image: { "docker-manifest-digest": otherDigest } }),
      /is for sha256:/,
    ],
    ["of another type", signed({ ...critical, type: "attestation" }), /of type "attestation"/],
    ["over something else", signed({ digest }), /no simple-signing document/],
    [
      "made for another image and put under this one's tag",
      { ...signSimple(reference, otherDigest, privateKey) },
      /is for sha256:/,
    ],
    [
      "that is no signature at all",
      signatureOf(digest, jsonBlob("application/json", critical), "AAAA"),
      /without a simple-signing/,
    ],
    [
      "without a layer",
      { tag: "", blobs: [], manifest: jsonBlob(manifestTypes.image, { schemaVersion: 2 }) },
      /unreadable/,
    ],
  ])("%s is refused", async (_, signature, reason) => {
    expect(await verdictOn(signature)).toMatchObject({
      verified: false,
      reason: expect.stringMatching(reason),
    });
  });

  it("is refused when its payload was altered", async () => {
    const good = JSON.parse(Buffer.from(signSimple(reference, digest, privateKey).manifest.bytes).toString());
    const value = good.layers[0].annotations["dev.cosignproject.cosign/signature"];
    const payload = jsonBlob("application/vnd.dev.cosign.simplesigning.v1+json", {
      critical,
      optional: { added: true },
    });
    expect(await verdictOn(signatureOf(digest, payload, value))).toMatchObject({
      verified: false,
      reason: expect.stringMatching(/altered/),
    });
  });

  it("is checked with a P-256 key and no other", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
      .publicKey.export({ type: "spki", format: "pem" })
      .toString();
    await expect(verdictOn(undefined, rsa)).rejects.toThrow(TypeError);
  });
});
