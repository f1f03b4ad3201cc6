import { nodeNumbers } from "../spec/deployment.ts";
import { bucketArn, repositoryArn, secretArn } from "./arns.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import { pullCalls } from "./pull-statements.ts";
import type { Scope } from "./scope.ts";
import { walletVault } from "./wallet-vault.ts";

/** Network, compute, databases and the rest of the wallet's own infrastructure: nothing of it holds a shard's plaintext. */
export function servicesPolicy(scope: Scope): PolicyDocument {
  const { names } = scope;
  const id = scope.id("infrastructure");
  const passRole = (sid: string, roles: readonly string[], service: string): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: roles,
    Condition: { StringEquals: { "iam:PassedToService": service } },
  });
  return policy(
    {
      Sid: "MakeServices",
      Effect: "Allow",
      Action: [
        "acm:*",
        "autoscaling:*",
        "cloudwatch:*",
        "ec2:*",
        "ecs:*",
        "elasticloadbalancing:*",
        "logs:*",
        "rds:*",
        "route53resolver:*",
        "servicediscovery:*",
        "wafv2:*",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": scope.region } },
    },
    {
      Sid: "MakeZones",
      Effect: "Allow",
      Action: [
        "route53:AssociateVPCWithHostedZone",
        "route53:ChangeResourceRecordSets",
        "route53:ChangeTagsForResource",
        "route53:CreateHostedZone",
        "route53:DeleteHostedZone",
        "route53:Get*",
        "route53:List*",
        "route53:UpdateHostedZoneComment",
      ],
      Resource: "*",
    },
    {
      Sid: "MakeRepositories",
      Effect: "Allow",
      Action: [
        "ecr:CompleteLayerUpload",
        "ecr:CreateRepository",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetLifecyclePolicy",
        "ecr:GetRepositoryPolicy",
        "ecr:InitiateLayerUpload",
        "ecr:ListTagsForResource",
        "ecr:PutImage",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:PutLifecyclePolicy",
        "ecr:TagResource",
        "ecr:UploadLayerPart",
        ...pullCalls,
      ],
      Resource: repositoryArn(scope, "*"),
    },
    {
      Sid: "MakeInstanceProfiles",
      Effect: "Allow",
      Action: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:GetInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
      ],
      Resource: `arn:aws:iam::${id}:instance-profile/${names.prefix}-*`,
    },
    passRole(
      "PassNodeRoles",
      nodeNumbers.map((node) => names.nodeRole(node).arn),
      "ec2.amazonaws.com",
    ),
    passRole(
      "PassTaskRoles",
      [names.role("infrastructure", "*-execution").arn, names.role("infrastructure", "*-task").arn],
      "ecs-tasks.amazonaws.com",
    ),
    {
      Sid: "ServiceLinkedRoles",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `arn:aws:iam::${id}:role/aws-service-role/*`,
      Condition: {
        StringEquals: {
          "iam:AWSServiceName": [
            "autoscaling.amazonaws.com",
            "ecs.amazonaws.com",
            "elasticloadbalancing.amazonaws.com",
            "rds.amazonaws.com",
          ],
        },
      },
    },
  );
}

/** Vaults of wallet and broker, the databases' master secrets, and the objects that this role hands to hosts and tasks. */
export function walletPolicy(scope: Scope): PolicyDocument {
  const artefacts = bucketArn(scope.names.bucket("infrastructure", "artefacts"));
  return policy(
    {
      Sid: "FillWalletVaults",
      Effect: "Allow",
      Action: [
        "secretsmanager:CreateSecret",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:PutSecretValue",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
      ],
      Resource: walletVaultArns(scope),
    },
    {
      Sid: "DatabaseMasterSecrets",
      Effect: "Allow",
      Action: ["secretsmanager:CreateSecret", "secretsmanager:DescribeSecret", "secretsmanager:TagResource"],
      Resource: `arn:aws:secretsmanager:${scope.region}:${scope.id("infrastructure")}:secret:rds!db-*`,
    },
    {
      Sid: "WriteArtefacts",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: `${artefacts}/*`,
    },
  );
}

/** One pattern for the secrets of a service or of the broker, for a role's inline policies may have 10,240 characters together. */
function walletVaultArns(scope: Scope): readonly string[] {
  const groups = walletVault(scope.services).map(({ name }) =>
    name.includes(".") ? name.replace(/\..*/, ".*") : name,
  );
  return [...new Set(groups)].map((name) => secretArn(scope, "infrastructure", name));
}
