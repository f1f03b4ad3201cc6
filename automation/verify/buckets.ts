import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import type { Model } from "../../isolation/model.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { AwsClients } from "../aws.ts";
import { type Attempt, unless } from "./attempt.ts";
import type { DeployedResource } from "./resources.ts";

type S3 = AwsClients["s3"];

/** Reads every bucket's policy, and how the deployment's own are kept. */
export async function readBuckets(
  { s3 }: AwsClients,
  account: string,
  { buckets }: Model,
  attempt: Attempt,
): Promise<readonly DeployedResource[]> {
  const { Buckets: listed = [] } = await s3.send(new ListBucketsCommand({}));
  const found = await Promise.all(
    listed.map(async ({ Name: name = "" }): Promise<DeployedResource | undefined> => {
      const arn = `arn:aws:s3:::${name}`;
      const planned = Object.values(buckets).find((bucket) => bucket.name === name);
      return await attempt(arn, async () => {
        const policy = await unless("NoSuchBucketPolicy", async () => {
          const answer = await s3.send(new GetBucketPolicyCommand({ Bucket: name }));
          return answer.Policy;
        });
        const document = policy === undefined ? null : (JSON.parse(policy) as Record<string, unknown>);
        const parts =
          planned === undefined ? [] : await keeping(s3, name, arn, planned.lockDays !== undefined);
        return { resource: { arn, account, kind: "bucket", policy: document }, parts };
      });
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** A bucket's settings under the names that the plan has for them. */
async function keeping(s3: S3, name: string, arn: string, locked: boolean): Promise<PlannedPart[]> {
  const Bucket = name;
  const part = (type: string, inputs: PlannedPart["inputs"]): PlannedPart => ({
    urn: arn,
    type: `aws:s3/bucket${type}`,
    operation: "same",
    inputs: { bucket: name, ...inputs },
  });
  const { Status: status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  const block = await unless("NoSuchPublicAccessBlockConfiguration", async () => {
    const answer = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    return answer.PublicAccessBlockConfiguration;
  });
  const lock = await unless("ObjectLockConfigurationNotFoundError", async () => {
    const answer = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
    return answer.ObjectLockConfiguration;
  });
  return [
    part(":Bucket", { objectLockEnabled: locked }),
    part("Versioning:BucketVersioning", { versioningConfiguration: { status } }),
    part("PublicAccessBlock:BucketPublicAccessBlock", {
      blockPublicAcls: block?.BlockPublicAcls,
      blockPublicPolicy: block?.BlockPublicPolicy,
      ignorePublicAcls: block?.IgnorePublicAcls,
      restrictPublicBuckets: block?.RestrictPublicBuckets,
    }),
    ...(lock?.Rule?.DefaultRetention === undefined
      ? []
      : [part("ObjectLockConfiguration:BucketObjectLockConfiguration", {})]),
  ];
}
