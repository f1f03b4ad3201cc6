import type { AccountKey } from "../spec/deployment.ts";
import { bucketArn, trailArn } from "./arns.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";

function denyInsecureTransport(bucket: string): Statement {
  return {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn(bucket), `${bucketArn(bucket)}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Policy of the artefact bucket: what hosts and tasks execute comes from here, and evidence lies here, so nobody but the deploy role
 * writes an object or shortens its protection.
 */
export function artefactBucketPolicy(scope: Scope, bucket: string): PolicyDocument {
  return policy(denyInsecureTransport(bucket), {
    Sid: "Writers",
    Effect: "Deny",
    Principal: "*",
    Action: [
      "s3:BypassGovernanceRetention",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:PutObject",
      "s3:PutObjectAcl",
      "s3:PutObjectRetention",
    ],
    Resource: `${bucketArn(bucket)}/*`,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": scope.names.deployRole("infrastructure").arn } },
  });
}

/** Policy of the backup bucket. Access is by identity policies of its own account. */
export function backupBucketPolicy(bucket: string): PolicyDocument {
  return policy(denyInsecureTransport(bucket));
}

/** Policy of the bucket for the load balancer's access logs, delivered without a prefix (Elastic Load Balancing user guide). */
export function accessLogBucketPolicy(scope: Scope, bucket: string): PolicyDocument {
  const account = scope.id("infrastructure");
  return policy(denyInsecureTransport(bucket), {
    Sid: "LoadBalancerDelivers",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn(bucket)}/AWSLogs/${account}/*`,
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:aws:elasticloadbalancing:${scope.region}:${account}:loadbalancer/*` },
    },
  });
}

/** Policy of a trail's bucket: CloudTrail, for this account's trail alone, looks and delivers (CloudTrail user guide). */
export function trailBucketPolicy(scope: Scope, account: AccountKey, bucket: string): PolicyDocument {
  const principal = { Service: "cloudtrail.amazonaws.com" };
  const source = { "aws:SourceArn": trailArn(scope, account) };
  return policy(
    denyInsecureTransport(bucket),
    {
      Sid: "TrailLooks",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:GetBucketAcl",
      Resource: bucketArn(bucket),
      Condition: { ArnEquals: source },
    },
    {
      Sid: "TrailDelivers",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:PutObject",
      Resource: `${bucketArn(bucket)}/AWSLogs/${scope.id(account)}/*`,
      Condition: { ArnEquals: source, StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  );
}
