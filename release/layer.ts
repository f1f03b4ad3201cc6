import { crc32, gunzipSync } from "node:zlib";
import { type Blob, digestOf } from "./registry.ts";

/** A file of a layer. */
export interface LayerFile {
  /** Path from the root of the image, without a leading slash. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Permission bits; default 0644. */
  readonly mode?: number;
}

/** A layer, compressed; `diffId` is the digest of the archive before compression, as an image's configuration names it. */
export interface Layer extends Blob {
  readonly diffId: string;
}

const block = 512;

/**
 * Packs files into a layer whose bytes depend on nothing but the files: sorted by path, owned by root, dated 1970. The gzip container
 * holds stored blocks, because compressors differ between versions and processors, and the digest has to be the same everywhere.
 *
 * @throws RangeError for a path longer than a ustar header takes (100 bytes) or named twice.
 */
export function layerOf(files: readonly LayerFile[]): Layer {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const archive = Buffer.concat([...sorted.flatMap(entry), Buffer.alloc(2 * block)]);
  sorted.forEach((file, index) => {
    if (sorted[index + 1]?.path === file.path) throw new RangeError(`The layer names ${file.path} twice`);
  });
  const bytes = gzipStored(archive);
  return {
    digest: digestOf(bytes),
    diffId: digestOf(archive),
    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
    bytes,
  };
}

function entry({ path, content, mode = 0o644 }: LayerFile): Buffer[] {
  const bytes = Buffer.from(content);
  const padding = Buffer.alloc((block - (bytes.length % block)) % block);
  return [header(path, mode, bytes.length), bytes, padding];
}

/** POSIX ustar header of a regular file. */
function header(path: string, mode: number, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`The path ${path} is longer than 100 bytes`);
  const result = Buffer.alloc(block);
  const octal = (value: number, offset: number, length: number) =>
    result.write(`${value.toString(8).padStart(length - 1, "0")}\0`, offset, "latin1");
  result.write(path, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  result.write("        0", 148, "latin1");
  result.write("ustar\x0000", 257, "latin1");
  const sum = result.reduce((total, byte) => total + byte, 0);
  result.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return result;
}

/** RFC 1952 container (no time, no system) around RFC 1951 stored blocks. */
function gzipStored(content: Buffer): Buffer {
  const longest = 0xffff;
  const parts: Buffer[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let offset = 0; offset < content.length; offset += longest) {
    const chunk = content.subarray(offset, offset + longest);
    const head = Buffer.alloc(5);
    head.writeUInt8(offset + longest >= content.length ? 1 : 0, 0);
    head.writeUInt16LE(chunk.length, 1);
    head.writeUInt16LE(chunk.length ^ 0xffff, 3);
    parts.push(head, chunk);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([...parts, trailer]);
}

/** A layer's regular files by path, and the paths that it deletes from the layers below it (the specification's whiteouts). */
export interface LayerContent {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly deleted: ReadonlySet<string>;
}

/**
 * Reads a layer, gzip or plain tar; long names in the POSIX and in the GNU form are understood.
 *
 * @throws RangeError if the bytes are no tar archive.
 */
export function readLayer(bytes: Uint8Array): LayerContent {
  const archive = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : Buffer.from(bytes);
  const files = new Map<string, Uint8Array>();
  const deleted = new Set<string>();
  let longName: string | undefined;
  for (let offset = 0; offset + block <= archive.length; ) {
    const head = archive.subarray(offset, offset + block);
    if (head.every((byte) => byte === 0)) break;
    if (text(head, 257, 5) !== "ustar")
      throw new RangeError(`The layer is no tar archive: no header at byte ${offset}`);
    const size = Number.parseInt(text(head, 124, 12).trim() || "0", 8);
    const content = archive.subarray(offset + block, offset + block + size);
    if (!Number.isInteger(size) || content.length < size)
      throw new RangeError(`The layer's archive is cut off at byte ${offset}`);
    offset += block + Math.ceil(size / block) * block;
    const kind = text(head, 156, 1);
    if (kind === "x") longName = paxPath(content) ?? longName;
    else if (kind === "L") longName = text(content, 0, size);
    else {
      const prefix = text(head, 345, 155);
      const path = (
        longName ?? (prefix === "" ? text(head, 0, 100) : `${prefix}/${text(head, 0, 100)}`)
      ).replace(/^\.?\/+/, "");
      longName = undefined;
      if (/(^|\/)\.wh\.[^/]+$/.test(path)) deleted.add(path.replace(/\.wh\.([^/]+)$/, "$1"));
      else if (kind === "0" || kind === "") files.set(path, content);
    }
  }
  return { files, deleted };
}

function text(bytes: Buffer, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

/** The `path` record of an extended header: lines of `<length> <key>=<value>\n`. */
function paxPath(content: Buffer): string | undefined {
  return /^\d+ path=(.*)$/m.exec(content.toString("utf8"))?.[1];
}
