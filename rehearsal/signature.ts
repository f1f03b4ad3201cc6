import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { findSession } from "./credentials.ts";
import type { WireRequest } from "./protocols/protocol.ts";
import type { Caller, StandInCloud } from "./request.ts";

/** What a Signature Version 4 request says of itself; it names the service and Region that it is meant for. */
export interface Signature {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly time: string;
  readonly token: string | undefined;
  /** Seconds that a presigned address is good for. */
  readonly expires: number | undefined;
}

/** The signature in the Authorization header or in a presigned address; undefined where there is none. */
export function readSignature({ headers, url }: WireRequest): Signature | undefined {
  const fields = new Map(
    (headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") ? headers.authorization.slice(17) : "")
      .split(/,\s*/)
      .map((field): [string, string] => [field.split("=", 1)[0] ?? "", field.slice(field.indexOf("=") + 1)]),
  );
  const query = (name: string) => url.searchParams.get(name) ?? undefined;
  const presigned = !fields.has("Credential");
  const credential = fields.get("Credential") ?? query("X-Amz-Credential");
  const [accessKeyId, date, region, service] = credential?.split("/") ?? [];
  if (!accessKeyId || !date || !region || !service) return undefined;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: ((presigned ? query("X-Amz-SignedHeaders") : fields.get("SignedHeaders")) ?? "").split(
      ";",
    ),
    signature: (presigned ? query("X-Amz-Signature") : fields.get("Signature")) ?? "",
    time: (presigned ? query("X-Amz-Date") : headers["x-amz-date"]) ?? "",
    token: presigned ? query("X-Amz-Security-Token") : headers["x-amz-security-token"],
    expires: presigned ? Number(query("X-Amz-Expires") ?? 0) : undefined,
  };
}

/** Who signed: the session of the key, if its token is right, it has not ended, and the signature is what its secret makes of the request. */
export function signer(cloud: StandInCloud, request: WireRequest, given: Signature): Caller | null {
  const session = findSession(cloud.store, cloud.now(), given.accessKeyId, given.token ?? "");
  if (session === undefined || session.expired || addressEnded(given, cloud.now())) return null;
  const payload = payloadHash(request, given);
  if (payload === undefined) return null;
  const expected = Buffer.from(signatureOf(request, given, payload, session.secretAccessKey), "hex");
  const actual = Buffer.from(given.signature, "hex");
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? session.caller : null;
}

function addressEnded({ expires, time }: Signature, now: Date): boolean {
  if (expires === undefined) return false;
  const signed = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return !(now.getTime() < Date.parse(signed) + expires * 1000);
}

/** Undefined when the request declares a hash that its body does not have. S3 may leave the body unsigned or sign it in chunks. */
function payloadHash({ headers, body }: WireRequest, { expires }: Signature): string | undefined {
  const actual = sha256(body);
  const declared = headers["x-amz-content-sha256"] ?? (expires === undefined ? actual : "UNSIGNED-PAYLOAD");
  return /^[0-9a-f]{64}$/.test(declared) && declared !== actual ? undefined : declared;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf(request: WireRequest, given: Signature, payload: string, secret: string): string {
  const canonical = [
    request.method,
    // S3's path is signed as it is sent; the others encode it once more.
    given.service === "s3" ? request.path : encoded(request.path).replaceAll("%2F", "/"),
    canonicalQuery(request.url),
    ...given.signedHeaders.map(
      (name) => `${name}:${(request.headers[name] ?? "").trim().replace(/\s+/g, " ")}`,
    ),
    "",
    given.signedHeaders.join(";"),
    payload,
  ].join("\n");
  const scope = `${given.date}/${given.region}/${given.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${given.time}\n${scope}\n${sha256(Buffer.from(canonical))}`;
  const key = [given.date, given.region, given.service, "aws4_request"].reduce(
    (previous: Buffer, part) => hmac(previous, part),
    Buffer.from(`AWS4${secret}`),
  );
  return hmac(key, text).toString("hex");
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join("&");
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Uint8Array, text: string) => createHmac("sha256", key).update(text).digest();
