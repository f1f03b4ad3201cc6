import { z } from "zod";
import { bytes, members } from "../input.ts";
import { AwsError } from "../request.ts";
import type { HandlerContext } from "./handler.ts";

/** The calls that take an attestation document and honour conditions on it (KMS developer guide, "Nitro Enclaves"). */
const recipientCalls = [
  "Decrypt",
  "DeriveSharedSecret",
  "GenerateDataKey",
  "GenerateDataKeyPair",
  "GenerateRandom",
];
const recipient = z.object({ AttestationDocument: bytes }).optional();

/** Condition keys of what the request's document attests: `kms:RecipientAttestation:PCR0` and so on; none without a document. */
export function attestationKeys(
  { cloud, input }: HandlerContext,
  action: string,
): Readonly<Record<string, string>> {
  const document = documentIn(input);
  if (document === undefined || !recipientCalls.includes(action)) return {};
  const measurements = cloud.measurements?.(document);
  if (measurements === undefined) {
    throw new AwsError("ValidationException", "The attestation document cannot be verified.");
  }
  const keys = Object.entries(measurements).map(([register, value]) => [
    `kms:RecipientAttestation:PCR${register}`,
    value,
  ]);
  const image = measurements["0"];
  return {
    ...Object.fromEntries(keys),
    ...(image === undefined ? {} : { "kms:RecipientAttestation:ImageSha384": image }),
  };
}

/** Where a document was given, the plaintext leaves only encrypted for whom it attests. */
export function forRecipient<T extends Record<string, unknown>>(
  { cloud, input }: HandlerContext,
  answer: T,
): Record<string, unknown> {
  if (documentIn(input) === undefined || !(answer.Plaintext instanceof Uint8Array)) return answer;
  const { Plaintext, ...rest } = answer;
  return {
    ...rest,
    CiphertextForRecipient: Buffer.from(cloud.store.seal(answer.Plaintext, "kms:recipient")),
  };
}

function documentIn(input: HandlerContext["input"]): Uint8Array | undefined {
  return members({ Recipient: recipient }, input).Recipient?.AttestationDocument;
}
