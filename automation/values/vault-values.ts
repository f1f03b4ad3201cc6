import { createPrivateKey, createPublicKey, randomBytes } from "node:crypto";
import { hash } from "bcryptjs";
import { z } from "zod";
import { scramVerifier } from "./scram.ts";

/**
 * How values lie in Secrets Manager. The upper-case names are the vendor's where it has any (`DB_HOST`, `DB_PASSWORD`, `USERNAME`,
 * `PASSWORD`); what is public of a value lies beside it, so that a later run finds the same request, verifier and hash instead of
 * making new ones, which would differ each time.
 */
export const databaseValue = z.strictObject({
  /** Empty until the database's address is known to the vault's account. */
  DB_HOST: z.string(),
  DB_PASSWORD: z.string(),
  USERNAME: z.string(),
  /** What PostgreSQL is given instead of the password. */
  VERIFIER: z.string(),
});
export type DatabaseValue = z.infer<typeof databaseValue>;

export const brokerValue = z.strictObject({
  PASSWORD: z.string(),
  /** What the broker is given instead of the password. */
  PASSWORD_HASH: z.string(),
});
export type BrokerValue = z.infer<typeof brokerValue>;

/** A node's TLS key with the request for its certificate; the certificate itself travels in the peer bundle. */
export const nodeTlsValue = z.strictObject({ PRIVATE_KEY: z.string(), REQUEST: z.string() });

/** Certificate, key and the authority that signed, all PEM. */
export const tlsValue = z.strictObject({
  CERTIFICATE: z.string(),
  PRIVATE_KEY: z.string(),
  AUTHORITY: z.string(),
});

/** The authority with the certificates that it issued to the nodes, by node number, so that they stay the same from run to run. */
export const authorityValue = z.strictObject({
  CERTIFICATE: z.string(),
  PRIVATE_KEY: z.string(),
  ISSUED: z.record(z.string(), z.string()),
});

/** A node's configuration as the exact text that was signed. */
export const configurationValue = z.strictObject({ configuration: z.string(), signature: z.string() });

/** A stored value does not have the form that this program writes. The value itself is in no message. */
export class VaultValueError extends Error {}

/** Reads a JSON value of the vault. */
export function parseValue<T extends z.ZodType>(schema: T, name: string, text: string): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the secret.
    throw new VaultValueError(`The value of ${name} is no JSON.`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const paths = read.error.issues.map(({ path, code }) => `${path.join(".") || "value"} (${code})`);
  throw new VaultValueError(`The value of ${name} does not have the expected form: ${paths.join(", ")}.`);
}

/** 256 random bits in characters that need no escaping in addresses, shells and configuration files. */
function newPassword(): string {
  return randomBytes(32).toString("base64url");
}

/** Name of a component's database and of its role: no hyphen, which SQL would want quoted. */
export function databaseName(component: string): string {
  return component.replaceAll("-", "_");
}

export function newDatabaseValue(component: string, host: string): DatabaseValue {
  const password = newPassword();
  return {
    DB_HOST: host,
    DB_PASSWORD: password,
    USERNAME: databaseName(component),
    VERIFIER: scramVerifier(password, randomBytes(16)),
  };
}

/** bcrypt at the cost that nats-server's own password tool uses. */
export async function newBrokerValue(): Promise<BrokerValue> {
  const password = newPassword();
  return { PASSWORD: password, PASSWORD_HASH: await hash(password, 11) };
}

/** A PEM private key (PKCS #8) as one line of base64, the form in which the vendor's node keys are kept. */
export function keyLine(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, "");
}

/**
 * The public half (SPKI, DER, base64) of a private key in one line.
 *
 * @throws VaultValueError if it is no private key
 */
export function publicKeyOfLine(name: string, line: string): string {
  try {
    const key = createPrivateKey({ key: Buffer.from(line, "base64"), format: "der", type: "pkcs8" });
    return createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
  } catch {
    // OpenSSL's message says nothing that helps, and nothing of the key may be in ours.
    throw new VaultValueError(`The value of ${name} is no private key (PKCS #8, DER, base64).`);
  }
}
