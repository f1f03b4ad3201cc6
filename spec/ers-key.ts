import { createPublicKey } from "node:crypto";

/** The vendor recommends 3072 bits; less is refused, since the backup of the master key is encrypted with this key for good. */
const leastBits = 3072;

/** The verdict about an emergency recovery key. */
export interface ErsKeyVerdict {
  readonly ok: boolean;
  /** Length of the modulus; present once the key could be read. */
  readonly bits?: number;
  /** What is wrong and how to mend it; never repeats the text. */
  readonly reason?: string;
}

/**
 * Checks an emergency recovery (ERS) public key the way the policy nodes want it: RSA, SubjectPublicKeyInfo (SPKI) DER, base64, one line.
 * The checks go from the outside to the inside, so that the reason names the first thing to mend.
 *
 * @param text - The key as written in customer-secrets.yml, or the content of a file; one line break at the very end is a file's own.
 */
export function checkErsPublicKey(text: string): ErsKeyVerdict {
  const key = text.replace(/\r?\n$/, "");
  const refused = (reason: string): ErsKeyVerdict => ({ ok: false, reason });
  if (/PRIVATE KEY/.test(key))
    return refused("this is a private key; it must never leave its custodians: take the public half");
  if (key.includes("-----"))
    return refused(
      "PEM header found; accepted is the base64 of the DER alone: openssl rsa -in KEY -pubout -outform D | base64 -w0",
    );
  if (key === "") return refused("the key is empty");
  if (/\s/.test(key))
    return refused(
      "white space found; accepted is one line (base64 wraps at 76 columns unless told otherwise: base64 -w0)",
    );
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0)
    return refused("not base64: characters or padding are wrong, or the end is missing");
  const der = Buffer.from(key, "base64");
  if (der.toString("base64") !== key)
    return refused("not base64 in its only accepted form: bits are set in the padding");
  return checkDer(der);
}

function checkDer(der: Buffer): ErsKeyVerdict {
  const publicKey = spkiKey(der);
  if (publicKey === undefined) {
    const privateHalf = isPkcs1(der)
      ? "a PKCS#1 key (BEGIN RSA PUBLIC KEY)"
      : "no key in the form SubjectPublicKeyInfo";
    return { ok: false, reason: `${privateHalf}; accepted is SPKI DER, as openssl rsa -pubout writes it` };
  }
  if (publicKey.asymmetricKeyType !== "rsa") {
    return {
      ok: false,
      reason: `a key of type ${publicKey.asymmetricKeyType}; policy nodes accept RSA alone`,
    };
  }
  if (!publicKey.export({ type: "spki", format: "der" }).equals(der)) {
    return {
      ok: false,
      reason:
        "bytes follow the key, or its encoding is not the canonical one; accepted is exactly one SubjectPublicKeyInfo",
    };
  }
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < leastBits) return { ok: false, bits, reason: `${bits} bits; at least ${leastBits} are needed` };
  return { ok: true, bits };
}

function spkiKey(der: Buffer) {
  try {
    return createPublicKey({ key: der, format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

function isPkcs1(der: Buffer): boolean {
  try {
    createPublicKey({ key: der, format: "der", type: "pkcs1" });
    return true;
  } catch {
    return false;
  }
}
