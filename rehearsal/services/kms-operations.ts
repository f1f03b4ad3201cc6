import { generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { z } from "zod";
import { bytes, members } from "../input.ts";
import { decryptUnder, encryptUnder, keyArnOf, signingPair } from "../key-material.ts";
import { AwsError } from "../request.ts";
import type { Handler, HandlerContext, Handlers } from "./handler.ts";
import { findKey, type Key, keyId, onKey, requestedKey } from "./kms-keys.ts";
import { forRecipient } from "./kms-recipient.ts";

const context = z.record(z.string(), z.string()).default({});
const dataKeyMembers = {
  KeyId: keyId,
  EncryptionContext: context,
  KeySpec: z.enum(["AES_128", "AES_256"]).optional(),
  NumberOfBytes: z.number().int().min(1).max(1024).optional(),
};

/** What keys do. Material is real: AES-256-GCM with the encryption context authenticated, ECDSA on P-256. */
export const operations: Handlers = {
  async Encrypt(request) {
    const { Plaintext, EncryptionContext } = members(
      { Plaintext: bytes, EncryptionContext: context },
      request.input,
    );
    return onKey(request, "Encrypt", requestedKey(request), (key) => {
      usable(key, "ENCRYPT_DECRYPT");
      return {
        KeyId: key.arn,
        CiphertextBlob: encryptUnder(request.cloud.store, key, Plaintext, EncryptionContext),
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    });
  },
  async Decrypt(request) {
    if (ignoresCiphertext(request)) return onKey(request, "Decrypt", requestedKey(request), () => ({}));
    const input = members(
      { CiphertextBlob: bytes, EncryptionContext: context, KeyId: keyId.optional() },
      request.input,
    );
    const arn = keyArnOf(input.CiphertextBlob);
    const key = arn === undefined ? undefined : findKey(request, arn);
    if (arn === undefined) throw new AwsError("InvalidCiphertextException", "");
    return onKey(request, "Decrypt", key, (found) => {
      usable(found, "ENCRYPT_DECRYPT");
      if (input.KeyId !== undefined && findKey(request, input.KeyId)?.arn !== found.arn) {
        throw new AwsError(
          "IncorrectKeyException",
          "The key ID in the request does not identify a CMK that can perform this operation.",
        );
      }
      const Plaintext = decryptUnder(
        request.cloud.store,
        found,
        input.CiphertextBlob,
        input.EncryptionContext,
      );
      return forRecipient(request, {
        KeyId: found.arn,
        Plaintext,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      });
    });
  },
  async GenerateDataKey(request) {
    return dataKey(request, "GenerateDataKey");
  },
  async GenerateDataKeyWithoutPlaintext(request) {
    const { Plaintext: _, ...sealedOnly } = await dataKey(request, "GenerateDataKeyWithoutPlaintext");
    return sealedOnly;
  },
  async GenerateDataKeyPair(request) {
    const { EncryptionContext } = members(
      { KeyPairSpec: z.literal("ECC_NIST_P256"), EncryptionContext: context },
      request.input,
    );
    return onKey(request, "GenerateDataKeyPair", requestedKey(request), (key) => {
      usable(key, "ENCRYPT_DECRYPT");
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const secret = privateKey.export({ type: "pkcs8", format: "der" });
      return forRecipient(request, {
        KeyId: key.arn,
        KeyPairSpec: "ECC_NIST_P256",
        PublicKey: publicKey.export({ type: "spki", format: "der" }),
        PrivateKeyPlaintext: secret,
        PrivateKeyCiphertextBlob: encryptUnder(request.cloud.store, key, secret, EncryptionContext),
      });
    });
  },
  async GetPublicKey(request) {
    return onKey(request, "GetPublicKey", requestedKey(request), (key) => {
      const { publicKey } = signing(request, key);
      return {
        KeyId: key.arn,
        PublicKey: publicKey.export({ type: "spki", format: "der" }),
        KeySpec: key.properties.customerMasterKeySpec,
        CustomerMasterKeySpec: key.properties.customerMasterKeySpec,
        KeyUsage: key.properties.keyUsage,
        SigningAlgorithms: ["ECDSA_SHA_256"],
      };
    });
  },
  async Sign(request) {
    const message = signedMessage(request);
    return onKey(request, "Sign", requestedKey(request), (key) => {
      const { privateKey } = signing(request, key);
      return {
        KeyId: key.arn,
        Signature: sign("sha256", message, privateKey),
        SigningAlgorithm: "ECDSA_SHA_256",
      };
    });
  },
  async Verify(request) {
    const message = signedMessage(request);
    const { Signature } = members({ Signature: bytes }, request.input);
    return onKey(request, "Verify", requestedKey(request), (key) => {
      const { publicKey } = signing(request, key);
      if (!verify("sha256", message, publicKey, Signature))
        throw new AwsError("KMSInvalidSignatureException", "");
      return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: "ECDSA_SHA_256" };
    });
  },
};

/** A dry run of a decryption needs no ciphertext, if it says so (KMS API reference, `DryRunModifiers`). */
function ignoresCiphertext({ input: { DryRun, DryRunModifiers } }: HandlerContext): boolean {
  return DryRun === true && Array.isArray(DryRunModifiers) && DryRunModifiers.includes("IGNORE_CIPHERTEXT");
}

function dataKey(request: HandlerContext, action: string): ReturnType<Handler> {
  const { EncryptionContext, KeySpec, NumberOfBytes } = members(dataKeyMembers, request.input);
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new AwsError("ValidationException", "Please specify either number of bytes or key spec.");
  }
  return onKey(request, action, requestedKey(request), (key) => {
    usable(key, "ENCRYPT_DECRYPT");
    const Plaintext = randomBytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
    const CiphertextBlob = encryptUnder(request.cloud.store, key, Plaintext, EncryptionContext);
    return forRecipient(request, { KeyId: key.arn, Plaintext, CiphertextBlob });
  });
}

/** @throws AwsError when the key is to be deleted, disabled, or made for something else. */
function usable({ arn, properties }: Key, usage: string): void {
  if (properties.deletionDate !== undefined) {
    throw new AwsError("KMSInvalidStateException", `${arn} is pending deletion.`);
  }
  if (!properties.isEnabled) throw new AwsError("DisabledException", `${arn} is disabled.`);
  if (properties.keyUsage !== usage) {
    throw new AwsError(
      "InvalidKeyUsageException",
      `${arn} key usage is ${properties.keyUsage} which is not valid for this operation.`,
    );
  }
}

function signing(
  { cloud }: HandlerContext,
  key: Key,
): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  usable(key, "SIGN_VERIFY");
  if (key.properties.customerMasterKeySpec !== "ECC_NIST_P256") {
    throw new AwsError("UnsupportedOperationException", "The stand-in signs with ECC_NIST_P256 keys only.");
  }
  return signingPair(cloud.store, key);
}

/** Node signs messages, not digests, with ECDSA; so only raw messages are understood. */
function signedMessage({ input }: HandlerContext): Buffer {
  const algorithm = z.literal("ECDSA_SHA_256");
  return members(
    { Message: bytes, MessageType: z.literal("RAW").default("RAW"), SigningAlgorithm: algorithm },
    input,
  ).Message;
}
