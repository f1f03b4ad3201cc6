import { crc32 } from "node:zlib";
import { AwsError } from "../request.ts";

/** A body as it was meant, and the CRC-32 that came with it, if one did. */
export interface UploadedBody {
  readonly bytes: Uint8Array;
  readonly crc32: string | undefined;
}

/**
 * The body of an upload. The SDK sends streams in `aws-chunked` form (sizes between the data, checksum after it); whatever checksum
 * came along is checked.
 *
 * @throws AwsError `BadDigest` when the bytes are not those that the sender summed up.
 */
export async function readBody(request: Request): Promise<UploadedBody> {
  const raw = Buffer.from(await request.arrayBuffer());
  const chunked = request.headers.get("content-encoding")?.split(",").includes("aws-chunked") ?? false;
  const { bytes, trailers } = chunked
    ? decodeChunks(raw)
    : { bytes: raw, trailers: new Map<string, string>() };
  const name = "x-amz-checksum-crc32";
  const declared = request.headers.get(name) ?? trailers.get(name);
  if (declared !== undefined && declared !== crc32Of(bytes)) {
    throw new AwsError("BadDigest", "The CRC32 you specified did not match the calculated checksum.");
  }
  return { bytes, crc32: declared };
}

/** As S3 prints it: four bytes, big end first, base64. */
function crc32Of(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString("base64");
}

/** `<size in hex>[;extension]\r\n<data>\r\n` … `0\r\n[name:value\r\n]…\r\n` */
export function decodeChunks(raw: Buffer): { bytes: Buffer; trailers: Map<string, string> } {
  const chunks: Buffer[] = [];
  let offset = 0;
  const line = () => {
    const end = raw.indexOf("\r\n", offset, "latin1");
    if (end < 0) throw new AwsError("IncompleteBody", "The aws-chunked body ends within a line.");
    const text = raw.toString("latin1", offset, end);
    offset = end + 2;
    return text;
  };
  for (;;) {
    const head = line();
    const size = /^[0-9a-fA-F]+(;|$)/.test(head) ? Number.parseInt(head, 16) : Number.NaN;
    if (Number.isNaN(size))
      throw new AwsError("InvalidRequest", "The aws-chunked body has a chunk without a size.");
    if (size === 0) break;
    if (offset + size > raw.length)
      throw new AwsError("IncompleteBody", "The aws-chunked body ends within a chunk.");
    chunks.push(raw.subarray(offset, offset + size));
    offset += size;
    line();
  }
  const trailers = new Map<string, string>();
  while (offset < raw.length) {
    const [name, value] = line().split(/:(.*)/s);
    if (name !== undefined && value !== undefined) trailers.set(name.trim().toLowerCase(), value.trim());
  }
  return { bytes: Buffer.concat(chunks), trailers };
}
