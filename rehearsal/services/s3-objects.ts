import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Store } from "../store.ts";

const objectType = "s3:object";

const versionSchema = z.object({
  versionId: z.string(),
  /** Null: a delete marker. */
  blob: z.string().nullable(),
  size: z.number(),
  /** In quotes, as in the header. */
  etag: z.string(),
  lastModified: z.string(),
  /** Response headers that the upload asked for: content type, metadata, encryption, lock, checksum. */
  headers: z.record(z.string(), z.string()),
});
const objectSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  /** Newest last. */
  versions: z.array(versionSchema),
});

/** One version of an object; without versioning, an object has one, whose id is `null`. */
export type ObjectVersion = z.infer<typeof versionSchema>;
export type BucketObject = z.infer<typeof objectSchema>;

/** Where an object lies: the bucket's owner, its name, the object's key. */
export interface ObjectAddress {
  readonly account: string;
  readonly bucket: string;
  readonly key: string;
}

const idOf = ({ bucket, key }: ObjectAddress) => `${bucket}/${key}`;

export function findObject(store: Store, address: ObjectAddress): BucketObject | undefined {
  const stored = store.get(address.account, objectType, idOf(address));
  return stored === undefined ? undefined : objectSchema.parse(stored.properties);
}

/** Objects of a bucket in the order of their keys' UTF-8 bytes, as S3 lists them; delete markers included. */
export function objectsOf(store: Store, account: string, bucket: string): BucketObject[] {
  return store
    .list({ account, type: objectType })
    .map(({ properties }) => objectSchema.parse(properties))
    .filter((object) => object.bucket === bucket)
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

export interface NewVersion {
  readonly content: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly versioned: boolean;
  readonly now: Date;
}

export function putObject(
  store: Store,
  address: ObjectAddress,
  { content, headers, versioned, now }: NewVersion,
): ObjectVersion {
  const version: ObjectVersion = {
    versionId: versioned ? newVersionId() : "null",
    blob: store.putBlob(content),
    size: content.byteLength,
    etag: `"${createHash("md5").update(content).digest("hex")}"`,
    lastModified: now.toISOString(),
    headers: { ...headers },
  };
  addVersion(store, address, version);
  return version;
}

/** What a delete without a version does in a versioned bucket: the object is hidden, its versions stay. */
export function putDeleteMarker(store: Store, address: ObjectAddress, now: Date): ObjectVersion {
  const marker: ObjectVersion = {
    versionId: newVersionId(),
    blob: null,
    size: 0,
    etag: "",
    lastModified: now.toISOString(),
    headers: {},
  };
  addVersion(store, address, marker);
  return marker;
}

export function removeVersion(store: Store, address: ObjectAddress, versionId: string): void {
  const rest = (findObject(store, address)?.versions ?? []).filter(
    (version) => version.versionId !== versionId,
  );
  if (rest.length === 0) store.delete(address.account, objectType, idOf(address));
  else write(store, address, rest);
}

/** Another version `null` is replaced: only versioned uploads have ids of their own. */
function addVersion(store: Store, address: ObjectAddress, version: ObjectVersion): void {
  const others = (findObject(store, address)?.versions ?? []).filter(
    ({ versionId }) => versionId !== version.versionId,
  );
  write(store, address, [...others, version]);
}

function write(store: Store, address: ObjectAddress, versions: readonly ObjectVersion[]): void {
  const { account, bucket, key } = address;
  store.put({
    account,
    type: objectType,
    id: idOf(address),
    arn: `arn:aws:s3:::${bucket}/${key}`,
    properties: { bucket, key, versions },
  });
}

const newVersionId = () => randomBytes(24).toString("base64url");
