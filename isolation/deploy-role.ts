import { type AccountKey, accountOfNode, nodeNumbers } from "../spec/deployment.ts";
import { createKeys, findByTag } from "./account-roles.ts";
import { anyKeyArn, bucketArn, topicArn, trailArn } from "./arns.ts";
import { servicesPolicy, walletPolicy } from "./deploy-services.ts";
import type { ModelRole, ModelState } from "./model.ts";
import { accountPrincipals } from "./people.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import { pullCalls, registryLogin } from "./pull-statements.ts";
import type { Scope } from "./scope.ts";
import { statesOf } from "./state-places.ts";
import { trusts, trustsPipeline } from "./trust.ts";

/**
 * The role that the engine and the actions of an account act as. The account's owner makes it before the first run, from this very
 * description; the deployment cannot change it. It reaches no key of a shard but by becoming the key-admin or the sealing role of its
 * own account, and nothing of any other account but the vendor's published artefacts.
 */
export function deployRole(scope: Scope, account: AccountKey): ModelRole {
  const identity = [
    { name: "engine", document: enginePolicy(scope, account) },
    { name: "baseline", document: baselinePolicy(scope, account) },
  ];
  if (account === "infrastructure") {
    identity.push(
      { name: "services", document: servicesPolicy(scope) },
      { name: "wallet", document: walletPolicy(scope) },
    );
  }
  return {
    account,
    stack: null,
    ...scope.names.deployRole(account),
    description: "Deploys this account's part; made by the account's owner beforehand",
    trust: trustsDeployers(scope, account),
    identity,
    maxSessionSeconds: 4 * 3600,
  };
}

/** The account's administrators, and the pipelines that stand in for them. */
function trustsDeployers(scope: Scope, account: AccountKey): PolicyDocument {
  const pipelines = scope.deployment.ci.filter(
    (pipeline) => scope.id(pipeline.account) === scope.id(account),
  );
  return policy(
    ...trusts(accountPrincipals(scope, account)).Statement,
    ...pipelines.map((pipeline, index) => trustsPipeline(scope.id(account), pipeline, index)),
  );
}

/** Nodes whose keys this account holds; all three where one account holds everything. */
function nodesOf(scope: Scope, account: AccountKey) {
  return nodeNumbers.filter((node) => scope.id(accountOfNode(node)) === scope.id(account));
}

/** The engine's state, the vendor's artefacts, and the roles that hold what this role does not. */
function enginePolicy(scope: Scope, account: AccountKey): PolicyDocument {
  const { names } = scope;
  const { vendor } = scope.deployment.release;
  const vendorBucket = bucketArn(vendor.artefactBucket);
  return policy(
    ...statesOf(scope, account).flatMap((state, index) =>
      stateStatements(scope, account, state, index === 0 ? "" : String(index + 1)),
    ),
    registryLogin,
    {
      Sid: "PullFromVendor",
      Effect: "Allow",
      Action: pullCalls,
      Resource: `arn:aws:ecr:${vendor.region}:${vendor.account}:repository/*`,
    },
    {
      Sid: "ReadVendorFiles",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [vendorBucket, `${vendorBucket}/*`],
    },
    {
      Sid: "BecomeOwnRoles",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: [
        ...nodesOf(scope, account).flatMap((node) => [
          names.keyAdminRole(node).arn,
          names.sealingRole(node).arn,
        ]),
        names.verifierRole(account).arn,
      ],
    },
    findByTag,
  );
}

/** The state's bucket, and the key of the secrets provider, which is named by its alias, id or ARN. */
function stateStatements(
  scope: Scope,
  account: AccountKey,
  { bucket: name, key }: ModelState,
  suffix: string,
): Statement[] {
  const bucket = bucketArn(name);
  const encryption = {
    Sid: `StateKey${suffix}`,
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:Encrypt"],
  } as const;
  return [
    {
      Sid: `State${suffix}`,
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
      Resource: [bucket, `${bucket}/*`],
    },
    key.startsWith("alias/")
      ? {
          ...encryption,
          Resource: anyKeyArn(scope, account),
          Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": [key] } },
        }
      : {
          ...encryption,
          Resource: key.startsWith("arn:") ? key : anyKeyArn(scope, account).replace("*", key),
        },
  ];
}

/** What the baseline of every account makes: roles, keys, trail, alarms and their buckets. */
function baselinePolicy(scope: Scope, account: AccountKey): PolicyDocument {
  const { prefix } = scope.names;
  const id = scope.id(account);
  return policy(
    {
      Sid: "MakeRoles",
      Effect: "Allow",
      Action: [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      Resource: `arn:aws:iam::${id}:role/${prefix}-*`,
    },
    {
      Sid: "NeverItself",
      Effect: "Deny",
      Action: ["iam:DeleteRole*", "iam:PutRole*", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole"],
      Resource: scope.names.deployRole(account).arn,
    },
    ...createKeys,
    {
      Sid: "NameKeys",
      Effect: "Allow",
      Action: "kms:CreateAlias",
      Resource: [`arn:aws:kms:${scope.region}:${id}:alias/${prefix}-*`],
    },
    {
      Sid: "MakeTrail",
      Effect: "Allow",
      Action: [
        "cloudtrail:AddTags",
        "cloudtrail:CreateTrail",
        "cloudtrail:GetEventSelectors",
        "cloudtrail:GetTrail",
        "cloudtrail:GetTrailStatus",
        "cloudtrail:ListTags",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:StartLogging",
        "cloudtrail:UpdateTrail",
      ],
      Resource: trailArn(scope, account),
    },
    { Sid: "FindTrail", Effect: "Allow", Action: "cloudtrail:DescribeTrails", Resource: "*" },
    {
      Sid: "MakeAlarmTopic",
      Effect: "Allow",
      Action: [
        "sns:CreateTopic",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
      ],
      Resource: topicArn(scope, account),
    },
    {
      Sid: "ReadSubscriptions",
      Effect: "Allow",
      Action: ["sns:GetSubscriptionAttributes", "sns:Unsubscribe"],
      Resource: `${topicArn(scope, account)}:*`,
    },
    {
      Sid: "MakeAlarmRules",
      Effect: "Allow",
      Action: [
        "events:DeleteRule",
        "events:DescribeRule",
        "events:ListTagsForResource",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
      ],
      Resource: `arn:aws:events:${scope.region}:${id}:rule/${prefix}-*`,
    },
    {
      Sid: "MakeBuckets",
      Effect: "Allow",
      Action: [
        "s3:CreateBucket",
        "s3:Get*",
        "s3:ListBucket*",
        "s3:PutBucket*",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
      ],
      Resource: bucketArn(`${prefix}-*-${id}`),
    },
  );
}
