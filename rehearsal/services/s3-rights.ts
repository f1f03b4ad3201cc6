import { encryptionKeys } from "../authoriser/context.ts";
import type { Right, StandInCloud } from "../request.ts";
import { type Bucket, bucketKey } from "./s3-buckets.ts";

/** S3's own condition keys that follow from the request. */
export function conditionKeys(request: Request, key: string): Readonly<Record<string, string>> {
  const headers = [
    "x-amz-acl",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
  ];
  const given = [...request.headers].filter(([name]) => headers.includes(name));
  const prefix = new URL(request.url).searchParams.get("prefix");
  return {
    ...Object.fromEntries(given.map(([name, value]) => [`s3:${name}`, value])),
    ...(key === "" && prefix !== null ? { "s3:prefix": prefix } : {}),
  };
}

/** Objects under a key of the bucket's are opened and sealed with the caller's rights on that key, through S3. */
export function keyRights(
  cloud: StandInCloud,
  bucket: Bucket,
  key: string,
  action: string,
): readonly Right[] {
  const resource = bucketKey(cloud.store, bucket);
  const needed = {
    GetObject: "kms:Decrypt",
    GetObjectVersion: "kms:Decrypt",
    PutObject: "kms:GenerateDataKey",
  }[action];
  if (resource === undefined || needed === undefined) return [];
  const context = encryptionKeys({ "aws:s3:arn": `arn:aws:s3:::${bucket.name}/${key}` });
  return [{ action: needed, resource, via: `s3.${bucket.region ?? cloud.region}.amazonaws.com`, context }];
}
