import * as s3 from "@aws-sdk/client-s3";
import { newer, type Row, random, unread, unrecorded } from "../call.ts";

export const objects: readonly Row<"s3">[] = [
  [
    "PutObject",
    (client, { bucket }) =>
      client.send(
        new s3.PutObjectCommand({
          Bucket: bucket,
          Key: "a/b c",
          Body: "content",
          ContentType: "text/plain",
          Metadata: { kind: "test" },
        }),
      ),
    { VersionId: random, ChecksumType: newer, ServerSideEncryption: newer },
  ],
  [
    "GetObject",
    (client, { bucket }) => client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: "a/b c" })),
    { VersionId: random, ChecksumType: newer, ServerSideEncryption: newer },
  ],
  [
    "GetObject, absent",
    (client, { bucket }) => client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: "absent" })),
  ],
  [
    "HeadObject",
    (client, { bucket }) => client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: "a/b c" })),
    { VersionId: random, ServerSideEncryption: newer },
  ],
  [
    "HeadObject, absent",
    (client, { bucket }) => client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: "absent" })),
  ],
  [
    "PutObject over another",
    (client, { bucket }) =>
      client.send(new s3.PutObjectCommand({ Bucket: bucket, Key: "a/b c", Body: "other", IfNoneMatch: "*" })),
  ],
  [
    "ListObjectsV2",
    (client, { bucket }) => client.send(new s3.ListObjectsV2Command({ Bucket: bucket, Prefix: "a/" })),
    { "Contents.ChecksumAlgorithm": unread },
  ],
  [
    "ListObjectsV2 in an absent bucket",
    (client) => client.send(new s3.ListObjectsV2Command({ Bucket: "absent-bucket" })),
  ],
  ["HeadBucket", (client, { bucket }) => client.send(new s3.HeadBucketCommand({ Bucket: bucket }))],
  ["HeadBucket, absent", (client) => client.send(new s3.HeadBucketCommand({ Bucket: "absent-bucket" }))],
  [
    "GetBucketVersioning",
    (client, { bucket }) => client.send(new s3.GetBucketVersioningCommand({ Bucket: bucket })),
  ],
  ["GetBucketPolicy", (client, { bucket }) => client.send(new s3.GetBucketPolicyCommand({ Bucket: bucket }))],
  [
    "ListBuckets",
    (client) => client.send(new s3.ListBucketsCommand({})),
    {
      "Buckets.CreationDate": unrecorded,
      "Buckets.BucketRegion": newer,
      "Owner.DisplayName": unread,
      "Owner.ID": random,
    },
  ],
  [
    "DeleteObject",
    (client, { bucket }) => client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: "a/b c" })),
    { VersionId: random },
  ],
  [
    "GetObject of a deleted one",
    (client, { bucket }) => client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: "a/b c" })),
  ],
];
