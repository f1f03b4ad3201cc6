import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkErsPublicKey } from "../../spec/ers-key.ts";

const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength });
const der = (key: KeyObject) => key.export({ type: "spki", format: "der" });
const good = rsa(3072);
const spki = der(good.publicKey);
const text = spki.toString("base64");

describe("an emergency recovery key", () => {
  it("of 3072 bits on one line is accepted, with a file's line break or without", () => {
    expect(text).toHaveLength(564);
    expect(checkErsPublicKey(text)).toEqual({ ok: true, bits: 3072 });
    expect(checkErsPublicKey(`${text}\n`)).toEqual({ ok: true, bits: 3072 });
  });

  it.each<[string, string, RegExp]>([
    ["a private key", good.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), /private key/],
    ["PEM", good.publicKey.export({ type: "spki", format: "pem" }).toString(), /PEM header/],
    ["base64 wrapped at 76 columns", text.replace(/.{76}/g, "$&\n"), /one line/],
    ["a leading space", ` ${text}`, /white space/],
    ["nothing", "", /empty/],
    ["the web's base64 alphabet", text.replaceAll(/[+/]/g, "-"), /not base64/],
    ["a cut end", text.slice(0, -3), /not base64/],
    ["base64 of something else", Buffer.from("no key").toString("base64"), /no key in the form/],
    ["PKCS#1", good.publicKey.export({ type: "pkcs1", format: "der" }).toString("base64"), /PKCS#1/],
    [
      "bytes after the key",
      Buffer.concat([spki, Buffer.from([0])]).toString("base64"),
      /SubjectPublicKeyInfo/,
    ],
    [
      "another algorithm",
      der(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey).toString("base64"),
      /RSA alone/,
    ],
    [
      "RSA for PSS alone",
      der(generateKeyPairSync("rsa-pss", { modulusLength: 3072 }).publicKey).toString("base64"),
      /RSA alone/,
    ],
  ])("is refused for %s, and is not repeated", (_, key, reason) => {
    const verdict = checkErsPublicKey(key);
    expect(verdict).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
    if (key.length > 20) expect(verdict.reason).not.toContain(key.slice(0, 20));
  });

  it("of 2048 bits is refused and says how many it has", () => {
    expect(checkErsPublicKey(der(rsa(2048).publicKey).toString("base64"))).toMatchObject({
      ok: false,
      bits: 2048,
    });
  });
});
