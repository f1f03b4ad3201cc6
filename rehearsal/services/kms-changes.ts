import { randomUUID } from "node:crypto";
import { z } from "zod";
import { bytes, members } from "../input.ts";
import { decryptUnder, encryptUnder, keyArnOf } from "../key-material.ts";
import { AwsError } from "../request.ts";
import type { Handler, HandlerContext, Handlers } from "./handler.ts";
import { findKey, type Key, onKey, requestedKey } from "./kms-keys.ts";

const context = z.record(z.string(), z.string()).default({});

/** What changes a key or leads around its policy. Who may is decided before; the effect is the real service's, or its refusal. */
export const changes: Handlers = {
  async PutKeyPolicy(request) {
    const { Policy } = members({ Policy: z.string().min(1) }, request.input);
    return onKey(request, "PutKeyPolicy", requestedKey(request), (key) => {
      change(request, key, { policy: Policy });
      return {};
    });
  },
  async CreateGrant(request) {
    const asked = members(
      { GranteePrincipal: z.string(), Operations: z.array(z.string()).min(1), Name: z.string().optional() },
      request.input,
    );
    return onKey(request, "CreateGrant", requestedKey(request), ({ account, properties }) => {
      const grantId = randomUUID().replaceAll("-", "").repeat(2);
      const { GranteePrincipal: granteePrincipal, Operations: operations, Name: name } = asked;
      const { keyId } = properties;
      request.cloud.store.put({
        account,
        type: "aws:kms/grant:Grant",
        id: grantId,
        arn: null,
        properties: { grantId, name, keyId, granteePrincipal, operations },
      });
      return { GrantId: grantId, GrantToken: grantId };
    });
  },
  async ReEncrypt(request) {
    const input = members(
      {
        CiphertextBlob: bytes,
        DestinationKeyId: z.string(),
        SourceEncryptionContext: context,
        DestinationEncryptionContext: context,
      },
      request.input,
    );
    const { store } = request.cloud;
    const source = findKey(request, keyArnOf(input.CiphertextBlob) ?? "");
    const destination = findKey(request, input.DestinationKeyId);
    const from = { ...request, input: { EncryptionContext: input.SourceEncryptionContext } };
    const { Plaintext } = await onKey(from, "ReEncryptFrom", source, (key) => ({
      Plaintext: decryptUnder(store, key, input.CiphertextBlob, input.SourceEncryptionContext),
    }));
    const to = { ...request, input: { EncryptionContext: input.DestinationEncryptionContext } };
    return onKey(to, "ReEncryptTo", destination, (key) => ({
      CiphertextBlob: encryptUnder(store, key, Plaintext, input.DestinationEncryptionContext),
      KeyId: key.arn,
      SourceKeyId: source?.arn,
    }));
  },
  // Keys here are of one Region and of AWS's own material, on which the service refuses these to whoever may ask.
  ReplicateKey: refusing("ReplicateKey", "is not a multi-Region key."),
  UpdatePrimaryRegion: refusing("UpdatePrimaryRegion", "is not a multi-Region key."),
  ImportKeyMaterial: refusing(
    "ImportKeyMaterial",
    "origin is AWS_KMS which is not valid for this operation.",
  ),
  DeleteImportedKeyMaterial: refusing(
    "DeleteImportedKeyMaterial",
    "origin is AWS_KMS which is not valid for this operation.",
  ),
  DeriveSharedSecret: refusing("DeriveSharedSecret", "key usage is not KEY_AGREEMENT."),
};

function refusing(action: string, reason: string): Handler {
  return (request) =>
    onKey(request, action, requestedKey(request), ({ arn }) => {
      throw new AwsError("UnsupportedOperationException", `${arn} ${reason}`);
    });
}

function change(
  { cloud }: HandlerContext,
  { arn }: Key,
  properties: Readonly<Record<string, unknown>>,
): void {
  const stored = cloud.store.byArn(arn);
  if (stored === undefined) throw new Error(`The store lost ${arn}.`);
  cloud.store.put({ ...stored, properties: { ...stored.properties, ...properties } });
}
