import { z } from "zod";

const filled = z.string().regex(/^\S(.*\S)?$/, "text on one line, without spaces at either end");

const anAddress = "a domain or an address that begins with https://";

function addressOf(issuer: string): string {
  return /^https:/i.test(issuer) ? issuer : `https://${issuer}`;
}

/**
 * customer-secrets.yml: what the infrastructure admin types in. Key names are the vendor's, hyphens and underscores included; the nesting
 * is not published, a flat file is our reading. Everything else that is secret is made by machines and never typed.
 */
export const customerSecretsSchema = z.strictObject({
  /** The customer's workspace at the vendor. */
  ubiquity_org_username: filled,
  /** API key of the vendor's hosted chain services. */
  ubiquity_auth_token: filled,
  AUDIENCE: filled,
  /** The identity provider's tenant: a domain, or a URL with https. */
  ISSUER: z
    .string()
    .regex(/^(https:\/\/)?([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?(\/\S*)?$/i, { error: anAddress, abort: true })
    .refine((issuer) => URL.canParse(addressOf(issuer)), anAddress),
  CLIENT_ID_SPA: filled,
  CLIENT_ID_NATIVE: filled,
  "chainalysis-user": filled.optional(),
  "chainalysis-token": filled.optional(),
  /** Emergency recovery key: RSA public key, SPKI DER in base64 on one line (see `checkErsPublicKey`). */
  ers_public_key: z.string().min(1),
});

export type CustomerSecrets = z.infer<typeof customerSecretsSchema>;

/** The issuer as an address without a final slash, whichever way the file writes it. */
export function issuerUrl(secrets: CustomerSecrets): string {
  return addressOf(secrets.ISSUER).replace(/\/+$/, "");
}
