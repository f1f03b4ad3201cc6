import { z } from "zod";
import type { Store } from "../store.ts";

const bucketType = "aws:s3/bucket:Bucket";
const bucketProperties = z.object({ bucket: z.string(), region: z.string().optional() });
const versioningProperties = z.object({
  bucket: z.string(),
  versioningConfiguration: z.object({ status: z.string() }),
});
const encryptionType =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const encryptionProperties = z.object({
  rules: z.array(
    z.object({
      applyServerSideEncryptionByDefault: z.object({ kmsMasterKeyId: z.string().optional() }).optional(),
    }),
  ),
});
const policyProperties = z.object({ bucket: z.string(), policy: z.string() });

/** A bucket as the engine's provider (or the vendor's seed) made it; without a Region of its own it lies in the deployment's. */
export interface Bucket {
  readonly account: string;
  readonly name: string;
  readonly region: string | undefined;
}

export function bucketsOf(store: Store, account?: string): Bucket[] {
  return store.list({ account, type: bucketType }).map((stored) => {
    const { bucket, region } = bucketProperties.parse(stored.properties);
    return { account: stored.account, name: bucket, region };
  });
}

/** Whoever owns it: bucket names are global. */
export function findBucket(store: Store, name: string): Bucket | undefined {
  return bucketsOf(store).find((bucket) => bucket.name === name);
}

export function isVersioned(store: Store, { account, name }: Bucket): boolean {
  return store
    .list({ account, type: "aws:s3/bucketVersioning:BucketVersioning" })
    .map(({ properties }) => versioningProperties.parse(properties))
    .some(({ bucket, versioningConfiguration: { status } }) => bucket === name && status === "Enabled");
}

/** ARN of the key under which the bucket's objects are kept; undefined: S3's own. */
export function bucketKey(store: Store, { account, name }: Bucket): string | undefined {
  const stored = store.get(account, encryptionType, name);
  const [rule] = stored === undefined ? [] : encryptionProperties.parse(stored.properties).rules;
  return rule?.applyServerSideEncryptionByDefault?.kmsMasterKeyId;
}

export function bucketPolicy(store: Store, { account, name }: Bucket): string | undefined {
  return store
    .list({ account, type: "aws:s3/bucketPolicy:BucketPolicy" })
    .map(({ properties }) => policyProperties.parse(properties))
    .find(({ bucket }) => bucket === name)?.policy;
}
