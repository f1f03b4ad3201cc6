import { DecryptCommand } from "@aws-sdk/client-kms";
import type { Shard } from "../../isolation/world.ts";
import type { AwsClients } from "../aws.ts";

/** What the live key said to a call without an attestation document. */
export interface Probe {
  readonly keyArn: string;
  /** `not offered`: the endpoint has no dry runs. */
  readonly outcome: "refused" | "allowed" | "not offered";
}

/**
 * Asks the live key whether it would decrypt for this caller without attestation. A dry run without a ciphertext is decided by the real
 * authoriser, grants included, and decrypts nothing (KMS API reference, `DryRun` and `DryRunModifiers`).
 */
export async function probe({ kms }: AwsClients, { keyArn }: Shard): Promise<Probe> {
  try {
    await kms.send(
      new DecryptCommand({ KeyId: keyArn, DryRun: true, DryRunModifiers: ["IGNORE_CIPHERTEXT"] }),
    );
  } catch (error) {
    const { name } = error as Error;
    if (name === "DryRunOperationException") return { keyArn, outcome: "allowed" };
    if (/^AccessDenied/.test(name)) return { keyArn, outcome: "refused" };
    return { keyArn, outcome: "not offered" };
  }
  return { keyArn, outcome: "not offered" };
}
