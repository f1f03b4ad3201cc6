import type { World } from "../../../isolation/world.ts";
import {
  accounts,
  allow,
  arns,
  deny,
  grantTo,
  pcr0,
  policy,
  principalIn,
  resourceIn,
  role,
  statementsOf,
  stranger,
  trust,
} from "./worlds.ts";

const [a, b, c] = accounts;

/** Changes after which nothing is wrong, however much some of them look like it. */
export const harmless: readonly { readonly name: string; readonly change: (world: World) => void }[] = [
  {
    name: "the key names its own account to describe it",
    change: (world) => statementsOf(world, arns.key(1)).push(allow("Own", arns.root(b), "kms:DescribeKey")),
  },
  {
    name: "a verifier of another account describes the key",
    change: (world) => {
      world.shards[1]?.verifierArns.push(arns.verifier(0));
      statementsOf(world, arns.key(1)).push(allow("Verifier", arns.verifier(0), "kms:DescribeKey"));
    },
  },
  {
    name: "a verifier is named through its account",
    change: (world) => {
      world.shards[1]?.verifierArns.push(arns.verifier(0));
      statementsOf(world, arns.key(1)).push(
        allow("Verifier", arns.root(a), "kms:DescribeKey", {
          ArnEquals: { "aws:PrincipalArn": arns.verifier(0) },
        }),
      );
    },
  },
  {
    name: "a declared reader reads the secret",
    change: (world) => {
      world.shards[1]?.readerArns.push(arns.role(a, "reader"));
      statementsOf(world, arns.secret(1)).push(
        allow("Reader", arns.role(a, "reader"), "secretsmanager:GetSecretValue"),
      );
    },
  },
  {
    name: "everybody of the account is named through a wildcard",
    change: (world) =>
      statementsOf(world, arns.secret(1)).push(
        allow("Own", "*", "secretsmanager:DescribeSecret", { StringEquals: { "aws:PrincipalAccount": b } }),
      ),
  },
  {
    name: "everybody is named within a pattern of the account",
    change: (world) =>
      statementsOf(world, arns.secret(1)).push(
        allow("Own", "*", "secretsmanager:DescribeSecret", {
          ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${b}:role/*` },
        }),
      ),
  },
  {
    name: "everybody is named with the caller's account in the key's own words",
    change: (world) =>
      statementsOf(world, arns.key(1)).push(
        allow("Own", "*", "kms:DescribeKey", { StringEquals: { "KMS:calleraccount": b } }),
      ),
  },
  {
    name: "a pinned service uses the vault key",
    change: (world) =>
      statementsOf(world, arns.vaultKey(1)).push(
        allow("Trail", { Service: "cloudtrail.amazonaws.com" }, "kms:GenerateDataKey*", {
          StringEquals: { "aws:SourceAccount": b },
        }),
      ),
  },
  {
    name: "a service is pinned by the ARN that it acts for",
    change: (world) =>
      statementsOf(world, arns.vaultKey(1)).push(
        allow("Trail", { Service: "cloudtrail.amazonaws.com" }, "kms:GenerateDataKey*", {
          ArnLike: { "aws:SourceArn": `arn:aws:cloudtrail:*:${b}:trail/*` },
        }),
      ),
  },
  {
    name: "the key of a log group is pinned by the group",
    change: (world) =>
      statementsOf(world, arns.vaultKey(1)).push(
        allow("Logs", { Service: "logs.eu-central-1.amazonaws.com" }, "kms:Encrypt*", {
          ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-central-1:${b}:*` },
        }),
      ),
  },
  {
    name: "a Deny names strangers",
    change: (world) =>
      statementsOf(world, arns.key(1)).push({
        Sid: "No",
        Effect: "Deny",
        Principal: { AWS: arns.root(stranger) },
        Action: "kms:*",
        Resource: "*",
      }),
  },
  {
    name: "an endpoint's policy admits everybody",
    change: (world) =>
      world.resources.push({
        arn: `arn:aws:ec2:eu-central-1:${b}:vpc-endpoint/vpce-1`,
        account: b,
        kind: "vpc-endpoint",
        policy: policy(allow("All", "*", "*")),
      }),
  },
  {
    name: "a role trusts its pipeline's provider",
    change: (world) => {
      principalIn(world, arns.verifier(1)).trust = policy({
        Sid: "Pipeline",
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${b}:oidc-provider/token.actions.githubusercontent.com` },
        Action: "sts:AssumeRoleWithWebIdentity",
      });
    },
  },
  {
    name: "a principal of another account is named with its own account excluded",
    change: (world) =>
      statementsOf(world, arns.key(1)).push(
        allow("Nobody", arns.root(c), "kms:DescribeKey", { StringEquals: { "aws:PrincipalAccount": b } }),
      ),
  },
  {
    name: "a third measurement is accepted in policy and declaration",
    change: (world) => {
      const next = "d4".repeat(48);
      world.shards[0]?.pcrs["0"]?.push(next);
      for (const { Condition } of statementsOf(world, arns.key(0))) {
        for (const operator of ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]) {
          const keys = Condition?.[operator];
          if (keys?.["kms:RecipientAttestation:PCR0"] !== undefined)
            keys["kms:RecipientAttestation:PCR0"] = [pcr0, next];
        }
      }
    },
  },
  {
    name: "the policy says ImageSha384 where the declaration says PCR0",
    change: (world) => {
      for (const { Condition } of statementsOf(world, arns.key(0))) {
        for (const operator of ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]) {
          const keys = Condition?.[operator];
          if (keys?.["kms:RecipientAttestation:PCR0"] === undefined) continue;
          delete keys["kms:RecipientAttestation:PCR0"];
          keys["kms:RecipientAttestation:ImageSha384"] = pcr0;
        }
      }
    },
  },
  {
    name: "the policy writes the measurement in capitals",
    change: (world) => {
      const allowed = statementsOf(world, arns.key(0)).find(({ Sid }) => Sid === "AttestedDecrypt");
      const keys = allowed?.Condition?.StringEqualsIgnoreCase;
      if (keys !== undefined) keys["kms:RecipientAttestation:PCR0"] = pcr0.toUpperCase();
    },
  },
  {
    name: "an encryption context is demanded",
    change: (world) => {
      const allowed = statementsOf(world, arns.key(0)).find(({ Sid }) => Sid === "AttestedDecrypt");
      if (allowed?.Condition !== undefined)
        allowed.Condition.StringEquals = { "kms:EncryptionContext:node": "0" };
    },
  },
  {
    name: "the node generates its own data keys, attested",
    change: (world) => {
      const allowed = statementsOf(world, arns.key(0)).find(({ Sid }) => Sid === "AttestedDecrypt");
      if (allowed !== undefined) allowed.Action = ["kms:Decrypt", "kms:GenerateDataKey"];
    },
  },
  {
    name: "the node role is named directly",
    change: (world) => {
      const allowed = statementsOf(world, arns.key(1)).find(({ Sid }) => Sid === "AttestedDecrypt");
      if (allowed !== undefined) allowed.Principal = { AWS: arns.nodeRole(1) };
    },
  },
  {
    name: "another role of the same account is listed with everything",
    change: (world) =>
      world.principals.push(
        role(arns.role(b, "other"), trust({ AWS: arns.root(b) }), grantTo("all", "*", "*")),
      ),
  },
  {
    name: "a role of another account may assume anything that would trust it",
    change: (world) =>
      world.principals.push(
        role(arns.role(stranger, "other"), trust({ AWS: arns.root(stranger) }), grantTo("all", "*", "*")),
      ),
  },
  {
    name: "a role may be passed to a service that it does not trust",
    change: (world) =>
      world.principals.push(
        role(
          arns.role(a, "starter"),
          trust({ AWS: arns.root(a) }),
          grantTo("pass", ["iam:PassRole", "lambda:CreateFunction"], "*"),
        ),
      ),
  },
  {
    name: "a role starts hosts and passes nothing",
    change: (world) =>
      world.principals.push(
        role(
          arns.role(a, "starter"),
          trust({ AWS: arns.root(a) }),
          grantTo("start", "ec2:RunInstances", "*"),
        ),
      ),
  },
  {
    name: "a role runs code on compute of its own",
    change: (world) => {
      const arn = `arn:aws:ec2:eu-central-1:${a}:instance/i-tools`;
      world.resources.push({
        arn,
        account: a,
        kind: "compute",
        service: "ec2",
        roleArn: arns.role(a, "tools"),
      });
      world.principals.push(
        role(arns.role(a, "tools"), trust({ Service: "ec2.amazonaws.com" })),
        role(arns.role(a, "ops"), trust({ AWS: arns.root(a) }), grantTo("ssm", "ssm:SendCommand", arn)),
      );
    },
  },
  {
    name: "the host's deploy role sends commands to hosts",
    change: (world) =>
      void principalIn(world, arns.deploy(0)).identity.push(grantTo("hosts", "ssm:SendCommand", "*")),
  },
  {
    name: "one shard account is a member of an organization",
    change: (world) => {
      const [first] = world.accounts;
      if (first !== undefined) first.organization = { id: "o-abc", managementAccount: stranger };
    },
  },
  {
    name: "a principal of a listed organization is let in under another's id, whatever the case",
    change: (world) => {
      const [, account] = world.accounts;
      if (account !== undefined) account.organization = { id: "o-x", managementAccount: stranger };
      statementsOf(world, arns.key(1)).push(
        allow("Other", arns.keyAdmin(1), "kms:Decrypt", {
          StringEqualsIgnoreCase: { "aws:PrincipalOrgID": "O-Y" },
        }),
      );
    },
  },
  {
    name: "a service control policy denies more",
    change: (world) =>
      void world.organizationPolicies.push({
        target: b,
        kind: "scp",
        document: policy({
          Sid: "Less",
          Effect: "Deny",
          Action: ["kms:CreateGrant", "organizations:LeaveOrganization"],
          Resource: "*",
        }),
      }),
  },
  {
    name: "a resource control policy denies outsiders",
    change: (world) =>
      void world.organizationPolicies.push({
        target: c,
        kind: "rcp",
        document: policy(
          deny("Outsiders", "kms:ScheduleKeyDeletion", { StringNotEquals: { "aws:PrincipalAccount": c } }),
        ),
      }),
  },
  {
    name: "a grant on a key that seals nothing",
    change: (world) => {
      resourceIn(world, arns.vaultKey(1)).grants = [
        { id: "rds", granteePrincipal: "rds.amazonaws.com", operations: ["Decrypt"] },
      ];
    },
  },
  {
    name: "somebody holds the emergency recovery key alone",
    change: (world) =>
      void world.parties.push({ id: "custodian", principals: [], accounts: [], holds: ["ers-key"] }),
  },
  {
    name: "an auditor with read-only roles in all accounts",
    change: (world) => {
      const auditor = arns.role(stranger, "auditor");
      world.parties.push({ id: "auditor", principals: [auditor], accounts: [], holds: [] });
      world.principals.push(
        role(auditor, trust({ AWS: arns.root(stranger) }), grantTo("assume", "sts:AssumeRole", "*")),
      );
      for (const [node, shard] of world.shards.entries()) {
        shard.verifierArns.push(auditor);
        principalIn(world, arns.verifier(node as 0)).trust = trust({ AWS: auditor });
      }
    },
  },
  {
    name: "key admin and deploy role of one party in one account",
    change: (world) => void principalIn(world, arns.deploy(1)).identity.push(grantTo("more", "*", "*")),
  },
];
