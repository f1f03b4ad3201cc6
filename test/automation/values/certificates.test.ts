import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Credential,
  certificateRequest,
  certifies,
  type KeyPair,
  newAuthority,
  newKeyPair,
  readCertificateRequest,
  signCertificate,
  stillFresh,
} from "../../../automation/values/certificates.ts";

const now = new Date("2026-11-01T12:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * 24 * 60 * 60 * 1000);
const host = "node1.testnet.customer.internal";

let authority: Credential;
let pair: KeyPair;
let certificate: string;
beforeAll(async () => {
  authority = await newAuthority("customer-testnet authority", now);
  pair = await newKeyPair();
  certificate = await signCertificate(
    authority,
    { dnsName: host, publicKey: pair.publicKey, uses: ["server", "client"] },
    now,
  );
});

test("a public key is 124 characters that begin as every P-256 key does", () => {
  expect(pair.publicKey).toHaveLength(124);
  expect(pair.publicKey).toMatch(/^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/);
});

describe("a certificate request", () => {
  test("names one host and the key that signed it", async () => {
    expect(await readCertificateRequest(await certificateRequest(host, pair.privateKey))).toEqual({
      commonName: host,
      dnsNames: [host],
      publicKey: pair.publicKey,
    });
  });

  test("whose signature is not its key's is not read", async () => {
    const text = await certificateRequest(host, pair.privateKey);
    const der = Buffer.from(text.replace(/-----[^-]+-----|\s/g, ""), "base64");
    der.writeUInt8((der.at(-1) ?? 0) ^ 1, der.length - 1);
    const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(await readCertificateRequest(changed)).toBeUndefined();
  });

  test.each([
    "",
    "no request",
    "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
  ])("that is none is not read (%j)", async (text) => {
    expect(await readCertificateRequest(text)).toBeUndefined();
  });
});

describe("a certificate", () => {
  test("is the authority's, for this host and this key alone", async () => {
    expect(certifies(certificate, authority.certificate, host, pair.publicKey)).toBe(true);
    const other = await newAuthority("customer-testnet authority", now);
    expect(certifies(certificate, other.certificate, host, pair.publicKey)).toBe(false);
    expect(
      certifies(certificate, authority.certificate, "node2.testnet.customer.internal", pair.publicKey),
    ).toBe(false);
    expect(certifies(certificate, authority.certificate, host, (await newKeyPair()).publicKey)).toBe(false);
    expect(certifies("no certificate", authority.certificate, host, pair.publicKey)).toBe(false);
  });

  test("is for both ends of mutual TLS where it is asked to be, and no authority", () => {
    const read = new X509Certificate(certificate);
    expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(read.ca).toBe(false);
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
  });

  test("is to be renewed in its last thirty days", () => {
    expect(stillFresh(certificate, now)).toBe(true);
    expect(stillFresh(certificate, later(366))).toBe(true);
    expect(stillFresh(certificate, later(368))).toBe(false);
  });

  test("never outlives its authority", async () => {
    const subject = { dnsName: host, publicKey: pair.publicKey, uses: ["client"] } as const;
    const late = new X509Certificate(await signCertificate(authority, subject, later(3600)));
    expect(Date.parse(late.validTo)).toBe(Date.parse(new X509Certificate(authority.certificate).validTo));
  });
});
