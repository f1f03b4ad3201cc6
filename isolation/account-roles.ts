import { type AccountKey, accountOfNode, type NodeNumber } from "../spec/deployment.ts";
import { aliasArn, secretArn } from "./arns.ts";
import type { ModelRole } from "./model.ts";
import { accountPrincipals, auditorPrincipals, nodeAdministratorPrincipals } from "./people.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";
import { trusts, trustsWithSecondFactor } from "./trust.ts";

/** Keys of a node, by their names in `Model.keys`. */
export function nodeKeys(node: NodeNumber) {
  return {
    sealing: `policy-node${node}-sealing`,
    vault: `policy-node${node}-vault`,
    configuration: `policy-node${node}-configuration`,
  } as const;
}

/** Secrets of a node's vault by purpose, by their names in `Model.secrets`. */
export function nodeSecrets(node: NodeNumber) {
  const name = <N extends string>(secret: N) => `policy-node${node}.${secret}` as const;
  return {
    masterPassword: name("encryptor-master-password"),
    nodePrivateKey: name("node-private-key"),
    tlsPrivateKey: name("tls-private-key"),
    database: name("db-info"),
    configuration: name("configuration"),
    broker: name("broker-info"),
  } as const;
}

/**
 * Making a key. Single-Region and of AWS's own material, since a replica or imported material would be a second way to the same
 * key; a key is tagged as it is made, which KMS authorises as a call of its own.
 */
export const createKeys: readonly Statement[] = [
  {
    Sid: "CreateKeys",
    Effect: "Allow",
    Action: "kms:CreateKey",
    Resource: "*",
    Condition: { Bool: { "kms:MultiRegion": "false" }, StringEquals: { "kms:KeyOrigin": "AWS_KMS" } },
  },
  { Sid: "TagKeysAndList", Effect: "Allow", Action: ["kms:TagResource", "kms:ListAliases"], Resource: "*" },
];

/** Finding what the cloud holds but the engine's state does not know. */
export const findByTag: Statement = {
  Sid: "FindByTag",
  Effect: "Allow",
  Action: "tag:GetResources",
  Resource: "*",
};

function keyAdminPolicy(scope: Scope, node: NodeNumber): PolicyDocument {
  const account = accountOfNode(node);
  return policy(
    ...createKeys,
    {
      Sid: "NameKeys",
      Effect: "Allow",
      Action: "kms:CreateAlias",
      Resource: Object.values(nodeKeys(node)).map((key) => aliasArn(scope, account, key)),
    },
    {
      Sid: "MakeVault",
      Effect: "Allow",
      Action: [
        "secretsmanager:CreateSecret",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
      ],
      Resource: Object.values(nodeSecrets(node)).map((secret) => secretArn(scope, account, secret)),
    },
    findByTag,
  );
}

function sealingPolicy(scope: Scope, node: NodeNumber): PolicyDocument {
  return policy({
    Sid: "FillVault",
    Effect: "Allow",
    Action: [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
    ],
    Resource: Object.values(nodeSecrets(node)).map((secret) => secretArn(scope, accountOfNode(node), secret)),
  });
}

/**
 * The three roles of a node's own account: one administers its keys and its vault, one fills the vault, one can take the keys out
 * of service. Rights on keys stand in the keys' policies, which name the roles.
 */
export function nodeAccountRoles(scope: Scope, node: NodeNumber, stack: string): Record<string, ModelRole> {
  const account = accountOfNode(node);
  const administrators = nodeAdministratorPrincipals(scope, node);
  const trust = trusts([scope.names.deployRole(account).arn, ...administrators]);
  return {
    [`policy-node${node}-key-admin`]: {
      account,
      stack,
      ...scope.names.keyAdminRole(node),
      description: `Makes and administers keys and vault of policy node ${node}; no value passes through it`,
      trust,
      identity: [{ name: "key-admin", document: keyAdminPolicy(scope, node) }],
    },
    [`policy-node${node}-sealing`]: {
      account,
      stack,
      ...scope.names.sealingRole(node),
      description: `Fills the vault of policy node ${node} and signs its configuration`,
      trust,
      identity: [{ name: "sealing", document: sealingPolicy(scope, node) }],
    },
    [`policy-node${node}-break-glass`]: {
      account,
      stack,
      ...scope.names.breakGlassRole(node),
      description: `Takes keys of policy node ${node} out of service in an emergency`,
      trust: trustsWithSecondFactor(administrators),
      identity: [],
    },
  };
}

/** Reading what is deployed, and no value, no object, no log line of it. */
const verifierPolicy: PolicyDocument = policy(
  {
    Sid: "ReadIdentities",
    Effect: "Allow",
    Action: [
      "iam:GetAccountAuthorizationDetails",
      "iam:GetInstanceProfile",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:GetUser",
      "iam:GetUserPolicy",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:List*",
    ],
    Resource: "*",
  },
  {
    Sid: "ReadKeysAndVaults",
    Effect: "Allow",
    Action: [
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:GetPublicKey",
      "kms:List*",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "secretsmanager:ListSecretVersionIds",
      "secretsmanager:ListSecrets",
    ],
    Resource: "*",
  },
  {
    Sid: "ReadStorage",
    Effect: "Allow",
    Action: [
      "ecr:DescribeImages",
      "ecr:DescribeRepositories",
      "ecr:GetRepositoryPolicy",
      "ecr:ListImages",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:ListAllMyBuckets",
      "rds:Describe*",
    ],
    Resource: "*",
  },
  {
    Sid: "ReadCompute",
    Effect: "Allow",
    Action: [
      "autoscaling:Describe*",
      "ec2:Describe*",
      "ecs:Describe*",
      "ecs:List*",
      "elasticloadbalancing:Describe*",
      "lambda:List*",
    ],
    Resource: "*",
  },
  {
    Sid: "ReadTrailAndAlarms",
    Effect: "Allow",
    Action: [
      "cloudtrail:DescribeTrails",
      "cloudtrail:GetEventSelectors",
      "cloudtrail:GetTrail",
      "cloudtrail:GetTrailStatus",
      "cloudwatch:DescribeAlarms",
      "events:DescribeRule",
      "events:List*",
      "sns:GetTopicAttributes",
      "sns:List*",
    ],
    Resource: "*",
  },
  {
    Sid: "ReadTagsAndOrganization",
    Effect: "Allow",
    Action: [
      "organizations:DescribeOrganization",
      "organizations:DescribePolicy",
      "organizations:ListParents",
      "organizations:ListPoliciesForTarget",
      "tag:GetResources",
    ],
    Resource: "*",
  },
);

/** The read-only role of an account, for its own administrators and for the auditors. */
export function verifierRole(scope: Scope, account: AccountKey, stack: string): ModelRole {
  return {
    account,
    stack,
    ...scope.names.verifierRole(account),
    description: "Reads what is deployed, for verification",
    trust: trusts([
      ...new Set([
        scope.names.deployRole(account).arn,
        ...accountPrincipals(scope, account),
        ...auditorPrincipals(scope),
      ]),
    ]),
    identity: [{ name: "verifier", document: verifierPolicy }],
  };
}
