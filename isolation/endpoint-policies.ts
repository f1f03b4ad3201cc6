import { accountKeys } from "../spec/deployment.ts";
import { bucketArn } from "./arns.ts";
import type { ModelEndpoint } from "./model.ts";
import { type OneOrMany, type PolicyDocument, policy, type Statement } from "./policy.ts";
import { pullCalls } from "./pull-statements.ts";
import type { Scope } from "./scope.ts";

/**
 * Policies of the network's endpoints. They grant nothing; they limit what may leave the network through them: callers of the wallet
 * account, resources of the deployment's accounts. `*` stands for "whoever the conditions leave".
 */
export function endpoints(scope: Scope): Record<string, ModelEndpoint> {
  const wallet = scope.id("infrastructure");
  const shards = [...new Set(accountKeys.map(scope.id))];
  const images = policy(
    through(scope, "Login", ["ecr:GetAuthorizationToken"], undefined),
    through(scope, "Pull", pullCalls, wallet),
  );
  const documents: readonly (readonly [string, ModelEndpoint["type"], PolicyDocument])[] = [
    ["kms", "Interface", policy(through(scope, "Shards", ["kms:Decrypt", "kms:DescribeKey"], shards))],
    [
      "secretsmanager",
      "Interface",
      policy(
        through(scope, "Vaults", ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], shards),
      ),
    ],
    ["ecr.api", "Interface", images],
    ["ecr.dkr", "Interface", images],
    [
      "logs",
      "Interface",
      policy(through(scope, "Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], wallet)),
    ],
    [
      "sts",
      "Interface",
      policy(
        through(scope, "Identity", ["sts:GetCallerIdentity"], undefined),
        through(scope, "Roles", ["sts:AssumeRole"], wallet),
      ),
    ],
    ["s3", "Gateway", storage(scope)],
  ];
  return Object.fromEntries(
    documents.map(([service, type, document]) => [
      service,
      { account: "infrastructure", stack: "baseline-infrastructure", service, type, policy: document },
    ]),
  );
}

/** Calls by principals of the wallet account, on resources of these accounts where the calls name any. */
function through(
  scope: Scope,
  sid: string,
  calls: readonly string[],
  resourceAccounts: OneOrMany | undefined,
): Statement {
  const caller = { "aws:PrincipalAccount": scope.id("infrastructure") };
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: "*",
    Action: calls,
    Resource: "*",
    Condition: {
      StringEquals:
        resourceAccounts === undefined ? caller : { ...caller, "aws:ResourceAccount": resourceAccounts },
    },
  };
}

/**
 * S3 serves three kinds of callers here: our own roles, ECR with addresses that its own account has signed, and package managers
 * that sign nothing. The last two have no principal of ours to ask for, so their statements name the very buckets, to be read over
 * TLS (ECR user guide, "Interface VPC endpoints"; Amazon Linux 2023 user guide for the package bucket).
 */
function storage(scope: Scope): PolicyDocument {
  const { names, region } = scope;
  const artefacts = bucketArn(names.bucket("infrastructure", "artefacts"));
  const readPublished = (sid: string, bucket: string): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `${bucketArn(bucket)}/*`,
    Condition: { Bool: { "aws:SecureTransport": "true" } },
  });
  return policy(
    {
      Sid: "OwnBuckets",
      Effect: "Allow",
      Principal: "*",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [artefacts, `${artefacts}/*`],
      Condition: { StringEquals: { "aws:PrincipalAccount": scope.id("infrastructure") } },
    },
    readPublished("ImageLayers", `prod-${region}-starport-layer-bucket`),
    readPublished("Packages", `al2023-repos-${region}-de612dc2`),
  );
}
