import { createHash } from "node:crypto";

const emptyRegister = Buffer.alloc(48);

/**
 * PCR3 of every enclave on a host: the measurement of the host's IAM role, known before anything exists. One stage of extension,
 * SHA-384 over 48 zero bytes and the ARN's bytes (AWS Nitro Enclaves guide; `nitro-cli pcr` hashes twice and prints another value).
 *
 * @param roleArn ARN of the role itself, not of a session or of the instance profile; a role without a path, since how a path is
 * measured is not documented.
 * @returns 96 lower-case hexadecimal digits.
 */
export function pcr3(roleArn: string): string {
  return createHash("sha384").update(emptyRegister).update(roleArn, "utf8").digest("hex");
}
