import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { ModelBucket } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";
import { longLived } from "./long-lived.ts";

export interface BucketArgs {
  readonly bucket: ModelBucket;
  /** ARN of the key that objects are encrypted with; absent: S3's own key, where the writing service can use no other. */
  readonly keyArn?: Input<string>;
}

/** A private, versioned, encrypted bucket with the model's policy, locked against removal where the model says for how long. */
export class Bucket extends ComponentResource {
  readonly bucketName: Output<string>;
  /** Set once the bucket's policy is on it; services that check for it depend on this. */
  readonly policy: aws.s3.BucketPolicy;

  constructor(name: string, args: BucketArgs, options?: ComponentResourceOptions) {
    super("ivault:storage:Bucket", name, {}, options);
    const bucket = new aws.s3.Bucket(
      name,
      { bucket: args.bucket.name, objectLockEnabled: args.bucket.lockDays !== undefined },
      { parent: this, ...longLived },
    );
    this.bucketName = bucket.bucket;
    this.#keepPrivate(name, bucket);
    const versioning = this.#keepVersions(name, bucket);
    if (args.bucket.lockDays !== undefined) this.#lock(name, bucket, args.bucket.lockDays, versioning);
    this.#encrypt(name, bucket, args.keyArn);
    this.policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      { bucket: bucket.bucket, policy: policyText(args.bucket.policy) },
      { parent: this },
    );
    this.registerOutputs({});
  }

  #keepPrivate(name: string, { bucket }: aws.s3.Bucket): void {
    new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access-block`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this },
    );
  }

  #keepVersions(name: string, { bucket }: aws.s3.Bucket): aws.s3.BucketVersioning {
    return new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
  }

  #lock(name: string, { bucket }: aws.s3.Bucket, days: number, versioning: aws.s3.BucketVersioning): void {
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { bucket, rule: { defaultRetention: { mode: "GOVERNANCE", days } } },
      { parent: this, dependsOn: [versioning] },
    );
  }

  #encrypt(name: string, { bucket }: aws.s3.Bucket, keyArn: Input<string> | undefined): void {
    const applyServerSideEncryptionByDefault =
      keyArn === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn };
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: keyArn !== undefined }] },
      { parent: this },
    );
  }
}
