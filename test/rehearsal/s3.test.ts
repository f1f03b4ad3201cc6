import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodeChunks } from "../../rehearsal/services/s3-body.ts";
import { openWire, type Wire } from "./wire-fixture.ts";

const owner = "111111111111";
const stranger = "222222222222";
const Bucket = "customer-testnet-artefacts-111111111111";

let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
  wire.put(owner, "aws:s3/bucket:Bucket", Bucket, `arn:aws:s3:::${Bucket}`, { bucket: Bucket });
});
afterEach(() => wire.close());

const versioned = () =>
  wire.put(owner, "aws:s3/bucketVersioning:BucketVersioning", Bucket, null, {
    bucket: Bucket,
    versioningConfiguration: { status: "Enabled" },
  });
const s3 = () => wire.clients(owner).s3;
const put = (Key: string, Body: string | Readable, more = {}) =>
  s3().send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more = {}) =>
  (await s3().send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();

test("an object comes back as it was put, with its headers", async () => {
  await put("evidence/a b+ü.json", '{"a":1}', {
    ContentType: "application/json",
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: "arn:aws:kms:us-east-2:111111111111:key/0",
    Metadata: { witness: "yes" },
  });
  const got = await s3().send(new GetObjectCommand({ Bucket, Key: "evidence/a b+ü.json" }));
  expect(await got.Body?.transformToString()).toBe('{"a":1}');
  expect(got).toMatchObject({
    ContentType: "application/json",
    ServerSideEncryption: "aws:kms",
    Metadata: { witness: "yes" },
    ContentLength: 7,
  });
});

test("a stream arrives whole, though the SDK sends it in chunks with a checksum at the end", async () => {
  const content = "x".repeat(200_000);
  await put("stream", Readable.from([Buffer.from(content)]), { ContentLength: content.length });
  expect(await text("stream")).toBe(content);
});

test("bytes other than those summed up are refused", async () => {
  await expect(put("sum", "bytes", { ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({
    name: "BadDigest",
  });
});

test("a versioned bucket keeps what is overwritten and what is deleted", async () => {
  versioned();
  const first = await put("k", "one");
  await put("k", "two");
  expect(await text("k")).toBe("two");
  expect(await text("k", { VersionId: first.VersionId })).toBe("one");
  expect((await s3().send(new DeleteObjectCommand({ Bucket, Key: "k" }))).DeleteMarker).toBe(true);
  await expect(text("k")).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await text("k", { VersionId: first.VersionId })).toBe("one");
});

test("a version under a lock cannot be deleted", async () => {
  versioned();
  const { VersionId } = await put("locked", "evidence", {
    ObjectLockMode: "COMPLIANCE",
    ObjectLockRetainUntilDate: new Date("2030-01-01T00:00:00Z"),
  });
  await expect(
    s3().send(new DeleteObjectCommand({ Bucket, Key: "locked", VersionId })),
  ).rejects.toMatchObject({
    name: "AccessDenied",
  });
  expect(await s3().send(new HeadObjectCommand({ Bucket, Key: "locked" }))).toMatchObject({
    ObjectLockMode: "COMPLIANCE",
  });
});

test("without versioning an object has its last content alone", async () => {
  await put("k", "one");
  await put("k", "two");
  expect(await text("k")).toBe("two");
  await s3().send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await expect(s3().send(new HeadObjectCommand({ Bucket, Key: "k" }))).rejects.toMatchObject({
    name: "NotFound",
  });
});

test("a put that must create refuses to overwrite", async () => {
  await put("once", "one", { IfNoneMatch: "*" });
  await expect(put("once", "two", { IfNoneMatch: "*" })).rejects.toMatchObject({
    name: "PreconditionFailed",
  });
});

test("listing goes page by page in the order of keys", async () => {
  for (const key of ["p/c", "p/a", "q", "p/b"]) await put(key, key);
  const first = await s3().send(new ListObjectsV2Command({ Bucket, Prefix: "p/", MaxKeys: 2 }));
  expect(first.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
    ["p/a", 3],
    ["p/b", 3],
  ]);
  const rest = await s3().send(
    new ListObjectsV2Command({ Bucket, Prefix: "p/", ContinuationToken: first.NextContinuationToken }),
  );
  expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["p/c"]);
  expect(rest.IsTruncated).toBe(false);
});

test("a bucket's own facts are the provider's", async () => {
  versioned();
  wire.put(owner, "aws:s3/bucketPolicy:BucketPolicy", Bucket, null, {
    bucket: Bucket,
    policy: '{"Statement":[]}',
  });
  expect((await s3().send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }]);
  expect((await s3().send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("us-east-2");
  expect((await s3().send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe('{"Statement":[]}');
  expect((await s3().send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
});

test("another account's bucket is refused, an absent one is not found", async () => {
  const theirs = wire.clients(stranger).s3;
  const key = { Key: "k" };
  await expect(theirs.send(new GetObjectCommand({ Bucket, ...key }))).rejects.toMatchObject({
    name: "AccessDenied",
  });
  await expect(theirs.send(new PutObjectCommand({ Bucket, ...key, Body: "x" }))).rejects.toMatchObject({
    name: "AccessDenied",
  });
  await expect(s3().send(new GetObjectCommand({ Bucket: "absent-bucket", ...key }))).rejects.toMatchObject({
    name: "NoSuchBucket",
  });
  expect(wire.log().find(({ decision }) => decision === "deny")).toMatchObject({
    account: stranger,
    service: "s3",
    action: "GetObject",
    resource: `arn:aws:s3:::${Bucket}/k`,
    resourceAccount: owner,
    status: 403,
  });
});

test("chunks are put together whatever their sizes", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })), (chunks) => {
      const body = Buffer.concat([
        ...chunks.flatMap((chunk) => [
          Buffer.from(`${chunk.length.toString(16)}\r\n`),
          chunk,
          Buffer.from("\r\n"),
        ]),
        Buffer.from("0\r\nX-Amz-Checksum-Crc32: AAAAAA==\r\n\r\n"),
      ]);
      const { bytes, trailers } = decodeChunks(body);
      expect(bytes).toEqual(Buffer.concat(chunks));
      expect(trailers.get("x-amz-checksum-crc32")).toBe("AAAAAA==");
    }),
  );
});

test.each(["5\r\nab", "zz\r\nab\r\n0\r\n\r\n", "no end"])(
  "a broken aws-chunked body is refused: %j",
  (body) => {
    expect(() => decodeChunks(Buffer.from(body))).toThrow(/aws-chunked/);
  },
);
