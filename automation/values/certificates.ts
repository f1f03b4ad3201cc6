// @peculiar/x509 builds on tsyringe, which refuses to load without this polyfill.
import "reflect-metadata";
import {
  createPrivateKey,
  createPublicKey,
  X509Certificate as NodeCertificate,
  randomBytes,
  webcrypto,
} from "node:crypto";
import * as x509 from "@peculiar/x509";

const curve = { name: "ECDSA", namedCurve: "P-256" } as const;
const signing = { name: "ECDSA", hash: "SHA-256" } as const;
/** Object identifier of the extension (RFC 5280, 4.2.1.6). */
const subjectAlternativeName = "2.5.29.17";
const day = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
const certificateDays = 397;
/** A certificate that runs out sooner than this is replaced by the next run. */
const renewalDays = 30;
/** Clocks of enclaves and hosts may be behind ours. */
const backdated = 60 * 60 * 1000;

export interface KeyPair {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** SPKI, DER, base64 on one line: 124 characters for P-256. */
  readonly publicKey: string;
}

/** A certificate and the key that goes with it, both PEM. */
export interface Credential {
  readonly certificate: string;
  readonly privateKey: string;
}

export type CertificateUse = "server" | "client";

/** What a request asks to have certified, after its signature was checked. */
export interface RequestedCertificate {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** SPKI, DER, base64. */
  readonly publicKey: string;
}

/** A new P-256 key pair. */
export async function newKeyPair(): Promise<KeyPair> {
  const pair = await webcrypto.subtle.generateKey(curve, true, ["sign", "verify"]);
  const der = await webcrypto.subtle.exportKey("pkcs8", pair.privateKey);
  const privateKey = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "pkcs8" })
    .toString();
  return { privateKey, publicKey: publicKeyOf(privateKey) };
}

/** The public half of a PEM private key: SPKI, DER, base64, one line. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
}

/** A certificate request (PEM) for one DNS name, signed by the key itself. */
export async function certificateRequest(dnsName: string, privateKey: string): Promise<string> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [dnsName] }],
    keys: await importPair(privateKey),
    signingAlgorithm: signing,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: dnsName }])],
  });
  return pem(request.toString("pem"));
}

/**
 * Reads a request.
 *
 * @returns undefined when it cannot be read, its signature is not its own key's, or its key is not on P-256
 */
export async function readCertificateRequest(text: string): Promise<RequestedCertificate | undefined> {
  let request: x509.Pkcs10CertificateRequest;
  try {
    request = new x509.Pkcs10CertificateRequest(text);
    if (!(await request.verify())) return undefined;
  } catch {
    // Whatever the parser found, it is no request that we could sign; the caller says whose it is.
    return undefined;
  }
  const algorithm = request.publicKey.algorithm as webcrypto.EcKeyAlgorithm;
  if (algorithm.name !== curve.name || algorithm.namedCurve !== curve.namedCurve) return undefined;
  const alternative = request.getExtension(subjectAlternativeName);
  const names = alternative instanceof x509.SubjectAlternativeNameExtension ? alternative.names.items : [];
  const commonNames = request.subjectName.getField("CN");
  return {
    commonName: commonNames.length === 1 ? (commonNames[0] ?? "") : "",
    dnsNames: names.map(({ type, value }) => (type === "dns" ? value : `${type}:${value}`)),
    publicKey: Buffer.from(request.publicKey.rawData).toString("base64"),
  };
}

/** A new authority that may sign end certificates and nothing below it. */
export async function newAuthority(commonName: string, now: Date): Promise<Credential> {
  const { privateKey } = await newKeyPair();
  const keys = await importPair(privateKey);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + authorityDays * day),
    signingAlgorithm: signing,
    keys,
    extensions: [
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: pem(certificate.toString("pem")), privateKey };
}

/**
 * Signs a certificate (PEM) for one DNS name.
 *
 * @param subject the name and the public key (SPKI, DER, base64) to certify
 */
export async function signCertificate(
  authority: Credential,
  subject: { readonly dnsName: string; readonly publicKey: string; readonly uses: readonly CertificateUse[] },
  now: Date,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const uses = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };
  const publicKey = new x509.PublicKey(Buffer.from(subject.publicKey, "base64"));
  const latest = new Date(now.getTime() + certificateDays * day);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [subject.dnsName] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now.getTime() - backdated),
    notAfter: latest < issuer.notAfter ? latest : issuer.notAfter,
    signingAlgorithm: signing,
    publicKey,
    signingKey: (await importPair(authority.privateKey)).privateKey,
    extensions: [
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(subject.uses.map((use) => uses[use])),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: subject.dnsName }]),
    ],
  });
  return pem(certificate.toString("pem"));
}

/** Whether a certificate is the authority's, names exactly this host and holds this key. */
export function certifies(
  certificate: string,
  authority: string,
  dnsName: string,
  publicKey: string,
): boolean {
  const [read, issuer] = [readCertificate(certificate), readCertificate(authority)];
  return (
    read !== undefined &&
    issuer !== undefined &&
    read.checkIssued(issuer) &&
    read.verify(issuer.publicKey) &&
    read.subjectAltName === `DNS:${dnsName}` &&
    read.publicKey.export({ format: "der", type: "spki" }).toString("base64") === publicKey
  );
}

/** Whether a certificate still has more than the renewal time to run. */
export function stillFresh(certificate: string, now: Date): boolean {
  const read = readCertificate(certificate);
  return read !== undefined && Date.parse(read.validTo) - now.getTime() > renewalDays * day;
}

function readCertificate(text: string): NodeCertificate | undefined {
  try {
    return new NodeCertificate(text);
  } catch {
    // No certificate at all certifies nothing; both callers treat it like one that does not fit.
    return undefined;
  }
}

async function importPair(privateKey: string): Promise<webcrypto.CryptoKeyPair> {
  const der = createPrivateKey(privateKey).export({ format: "der", type: "pkcs8" });
  const spki = Buffer.from(publicKeyOf(privateKey), "base64");
  return {
    privateKey: await webcrypto.subtle.importKey("pkcs8", new Uint8Array(der), curve, false, ["sign"]),
    publicKey: await webcrypto.subtle.importKey("spki", new Uint8Array(spki), curve, true, ["verify"]),
  };
}

/** 126 random bits behind a first byte that keeps the number positive and of fixed length (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function pem(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
