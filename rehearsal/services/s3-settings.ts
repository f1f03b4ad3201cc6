import { z } from "zod";
import { xmlMembers } from "../protocols/xml.ts";
import { AwsError } from "../request.ts";
import type { Store } from "../store.ts";
import type { Bucket } from "./s3-buckets.ts";

const blockProperties = z.object({
  blockPublicAcls: z.boolean().default(false),
  ignorePublicAcls: z.boolean().default(false),
  blockPublicPolicy: z.boolean().default(false),
  restrictPublicBuckets: z.boolean().default(false),
});
const lockProperties = z.object({
  rule: z
    .object({ defaultRetention: z.object({ mode: z.string().optional(), days: z.number().optional() }) })
    .optional(),
});

/** Members of a bucket's public access block, as S3 answers them. */
export function publicAccessBlock(store: Store, { account, name }: Bucket): string {
  const stored = store.get(account, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name);
  if (stored === undefined) {
    const message = "The public access block configuration was not found";
    throw new AwsError("NoSuchPublicAccessBlockConfiguration", message, 404);
  }
  const block = blockProperties.parse(stored.properties);
  return answered({
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  });
}

/** Members of a bucket's object lock; a lock without a retention of its own keeps no object by itself. */
export function objectLock(store: Store, { account, name }: Bucket): string {
  const type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
  const stored = store.get(account, type, name);
  const locked = store.get(account, "aws:s3/bucket:Bucket", name)?.properties.objectLockEnabled === true;
  if (stored === undefined && !locked) {
    const message = "Object Lock configuration does not exist for this bucket";
    throw new AwsError("ObjectLockConfigurationNotFoundError", message, 404);
  }
  const { rule } = lockProperties.parse(stored?.properties ?? {});
  const { mode, days } = rule?.defaultRetention ?? {};
  return answered({
    ObjectLockEnabled: "Enabled",
    Rule: rule === undefined ? undefined : { DefaultRetention: { Mode: mode, Days: days } },
  });
}

const answered = (members: Record<string, unknown>) => xmlMembers(members, () => "member");
