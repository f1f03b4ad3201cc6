import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { scramVerifier } from "../../../automation/values/scram.ts";

/** The exchange of RFC 7677, section 3: user "user", password "pencil". */
const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const exchange = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
const clientProof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");
const serverSignature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

function parts(verifier: string) {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier);
  const [, iterations = "", saltText = "", stored = "", server = ""] = match ?? [];
  return {
    iterations,
    saltText,
    storedKey: Buffer.from(stored, "base64"),
    serverKey: Buffer.from(server, "base64"),
  };
}

test("a verifier accepts the client of RFC 7677 and answers it as its server does", () => {
  const { iterations, saltText, storedKey, serverKey } = parts(scramVerifier("pencil", salt));
  expect([iterations, saltText]).toEqual(["4096", "W22ZaJ0SNY7soEsUEjb6gQ=="]);
  expect(createHmac("sha256", serverKey).update(exchange).digest("base64")).toBe(serverSignature);
  const clientSignature = createHmac("sha256", storedKey).update(exchange).digest();
  const clientKey = clientProof.map((byte, index) => byte ^ (clientSignature[index] ?? 0));
  expect(createHash("sha256").update(clientKey).digest()).toEqual(storedKey);
});

test("a verifier never shows the password, and another password makes another one", () => {
  const password = fc.stringMatching(/^[A-Za-z0-9_-]{12,43}$/);
  fc.assert(
    fc.property(password, password, (one, other) => {
      fc.pre(one !== other);
      expect(scramVerifier(one, salt)).not.toContain(one);
      expect(scramVerifier(one, salt)).not.toBe(scramVerifier(other, salt));
    }),
    { numRuns: 20 },
  );
});

test("text that would need SASLprep is refused without being repeated", () => {
  expect(() => scramVerifier("pässword", salt)).toThrow(RangeError);
  expect(() => scramVerifier("pässword", salt)).not.toThrow(/pässword/);
});
