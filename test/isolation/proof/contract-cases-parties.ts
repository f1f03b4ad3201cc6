import type { ContractCase } from "./contract-cases-keys.ts";
import { list, onKey, organize, party, principal, resource, shard } from "./contract-edit.ts";
import {
  A,
  allowing,
  B,
  C,
  D,
  document,
  identity,
  key,
  opening,
  role,
  root,
  secret,
  session,
  trusting,
  user,
  vaultKey,
  X,
} from "./contract-world.ts";

/** P4: who reaches what through whom. */
export const partyContract: readonly ContractCase[] = [
  {
    name: "a role that nobody listed, of an account that the party administers, may decrypt another's",
    change: (world) => onKey(world, C, opening({ AWS: role(B, "ghost") }, "kms:Decrypt")),
    not: { "P1:2": "violated", [`P3:${C}`]: "violated", "P4:keeper-b": "violated" },
  },
  {
    name: "a user that nobody listed, likewise",
    change: (world) => onKey(world, C, opening({ AWS: user(B, "ghost") }, "kms:PutKeyPolicy")),
    not: { "P2:2": "violated", [`P3:${C}`]: "violated", "P4:keeper-b": "violated" },
  },
  {
    name: "a session of a role that nobody listed, likewise",
    change: (world) => onKey(world, C, opening({ AWS: session(B, "ghost", "x") }, "kms:Decrypt")),
    not: { "P1:2": "violated", [`P3:${C}`]: "violated", "P4:keeper-b": "violated" },
  },
  {
    name: "whoever of another account has a certain name's pattern",
    change: (world) =>
      onKey(
        world,
        C,
        opening("*", "kms:Decrypt", { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${B}:role/team/*` } }),
      ),
    not: { "P1:2": "violated", [`P3:${C}`]: "violated", "P4:keeper-b": "violated" },
  },
  {
    name: "a role of another account trusts one that nobody listed",
    change: (world) =>
      list(world, role(C, "lent"), [identity("all", allowing("*"))], trusting({ AWS: role(B, "ghost") })),
    // What is lent may rewrite everybody of its account, the key's administrator and the node role among them.
    not: { [`P3:${C}`]: "violated", "P4:keeper-b": "violated", "P7:2": "violated" },
  },
  {
    name: "the key's administrator in another account trusts a role that nobody listed",
    change: (world) => {
      principal(world, role(C, "keyadmin")).trust = trusting({ AWS: role(B, "ghost") });
    },
    not: { [`P3:${C}`]: "violated", "P4:keeper-b": "violated" },
  },
  {
    name: "a grant to a role that nobody listed, of an account that the party administers",
    change: (world) => {
      resource(world, key(C)).grants = [
        { id: "g", granteePrincipal: role(B, "ghost"), operations: ["DescribeKey"] },
      ];
    },
    not: { "P4:keeper-b": "violated" },
  },
  {
    name: "a grant to the session of such a role",
    change: (world) => {
      resource(world, key(C)).grants = [
        { id: "g", granteePrincipal: session(B, "ghost", "x"), operations: ["RetireGrant"] },
      ];
    },
    not: { "P4:keeper-b": "violated" },
  },
  {
    name: "a grant to the root of another account",
    change: (world) => {
      resource(world, key(C)).grants = [{ id: "g", granteePrincipal: root(B), operations: ["Verify"] }];
    },
    not: { "P4:keeper-b": "violated" },
  },
  {
    name: "a party acts as somebody whom nobody listed",
    change: (world) => {
      party(world, "vendor", { principals: [user(X, "agent")] });
      for (const account of [A, B])
        onKey(world, account, opening({ AWS: user(X, "agent") }, "kms:ReplicateKey"));
    },
    not: {
      "P2:0": "violated",
      "P2:1": "violated",
      [`P3:${A}`]: "violated",
      [`P3:${B}`]: "violated",
      "P4:vendor": "violated",
    },
  },
  {
    name: "a party acts as a session of a listed role",
    change: (world) => {
      list(
        world,
        role(D, "pipeline"),
        [identity("assume", allowing("sts:AssumeRole"))],
        trusting({ AWS: D }),
      );
      party(world, "pipeline", { principals: [session(D, "pipeline", "main")] });
      for (const account of [A, B])
        principal(world, role(account, "keyadmin")).trust = trusting({ AWS: role(D, "pipeline") });
    },
    not: {
      [`P3:${A}`]: "violated",
      [`P3:${B}`]: "violated",
      "P4:pipeline": "violated",
      [`P4:account:${D}`]: "violated",
      [`P4:principal:${role(D, "pipeline")}`]: "violated",
    },
  },
  {
    name: "encrypting and writing take two principals of one closure",
    change: (world) => {
      const [one, other] = [role(D, "one"), role(D, "other")];
      list(world, one, [identity("e", allowing("kms:Encrypt"))], trusting({ AWS: other }));
      list(
        world,
        other,
        [identity("w", allowing("secretsmanager:PutSecretValue"))],
        trusting({ AWS: other }),
      );
      party(world, "pair", { principals: [one, other] });
      for (const account of [A, B]) {
        onKey(world, account, opening({ AWS: one }, "kms:Encrypt"));
        resource(world, secret(account)).policy = document(opening({ AWS: other }, "secretsmanager:Put*"));
      }
    },
    not: {
      [`P3:${A}`]: "violated",
      [`P3:${B}`]: "violated",
      "P2:0": "violated",
      "P2:1": "violated",
      "P4:pair": "violated",
      [`P4:account:${D}`]: "violated",
    },
  },
  {
    name: "one of the pair has the one right, somebody else the other",
    change: (world) => {
      const [one, other] = [role(D, "one"), role(D, "other")];
      list(world, one, [identity("e", allowing("kms:Encrypt"))], trusting({ AWS: D }));
      list(world, other, [identity("w", allowing("secretsmanager:PutSecretValue"))], trusting({ AWS: D }));
      party(world, "encryptor", { principals: [one] });
      party(world, "writer", { principals: [other] });
      for (const account of [A, B]) {
        shard(world, account).sealerArns.push(other);
        shard(world, account).readerArns.push(one, other);
        onKey(world, account, opening({ AWS: one }, "kms:Encrypt"));
        resource(world, secret(account)).policy = document(
          opening({ AWS: other }, "secretsmanager:PutSecretValue"),
          {
            Effect: "Deny",
            Principal: "*",
            Action: "secretsmanager:*",
            Resource: "*",
            Condition: { ArnNotEquals: { "aws:PrincipalArn": [other, role(account, "node")] } },
          },
        );
      }
    },
    // Neither has both rights, but whoever has the account in which both are has.
    not: {
      "P2:0": "violated",
      "P2:1": "violated",
      [`P4:account:${D}`]: "violated",
    },
  },
  {
    name: "both sides of an assumption: the caller's side is missing",
    change: (world) => {
      list(world, role(D, "ops"), [identity("read", allowing("s3:*"))], trusting({ AWS: user(X, "y") }));
      party(world, "ops", { principals: [role(D, "ops")] });
      party(world, "owner", { accounts: [D] });
      world.acceptedRisks.push({
        party: "owner",
        reason: "known",
        approvedBy: ["keeper-a", "keeper-b", "keeper-c"],
      });
      for (const account of [A, B]) {
        shard(world, account).readerArns.push(role(D, "ops"));
        principal(world, role(account, "keyadmin")).trust = trusting({ AWS: role(D, "ops") });
      }
    },
    not: { "P4:owner": "accepted" },
  },
  {
    name: "the role's side is missing",
    change: (world) => {
      list(world, role(D, "ops"), [identity("all", allowing("*"))], trusting({ AWS: user(D, "y") }));
    },
    not: {},
  },
  {
    name: "within an account the trust alone suffices",
    change: (world) => {
      list(world, role(A, "ops"), [], trusting({ AWS: role(A, "ops") }));
      party(world, "ops", { principals: [role(A, "ops"), role(B, "ops")] });
      list(world, role(B, "ops"), [], trusting({ AWS: role(B, "ops") }));
      for (const account of [A, B])
        principal(world, role(account, "keyadmin")).trust = trusting({ AWS: role(account, "ops") });
    },
    not: { "P4:ops": "violated" },
  },
  {
    name: "within an account a trust in the account leaves it to the caller's policies",
    change: (world) => {
      party(world, "ops", { principals: [role(A, "ops"), role(B, "ops")] });
      for (const account of [A, B]) {
        list(world, role(account, "ops"), [], trusting({ AWS: role(account, "ops") }));
        principal(world, role(account, "keyadmin")).trust = trusting({ AWS: account });
      }
    },
    not: {},
  },
  {
    name: "a boundary that is silent limits what the trust gives to a role by its name",
    change: (world) => {
      party(world, "ops", { principals: [role(A, "ops"), role(B, "ops")] });
      for (const account of [A, B]) {
        list(
          world,
          role(account, "ops"),
          [identity("all", allowing("*"))],
          trusting({ AWS: user(account, "boss") }),
          {
            boundary: document(allowing("s3:*")),
          },
        );
        principal(world, role(account, "keyadmin")).trust = trusting({ AWS: role(account, "ops") });
      }
    },
    not: {},
  },
  ...[
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:*",
    "IAM:putrole*",
  ].map(
    (edit): ContractCase => ({
      name: `who may ${edit} on roles of two accounts counts as them with everything`,
      change: (world) => {
        party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
        for (const account of [A, B]) {
          list(world, user(account, "ops"), [identity("edit", allowing(edit, role(account, "keyadmin")))]);
        }
      },
      not: { "P4:ops": "violated" },
    }),
  ),
  ...["iam:UpdateAssumeRolePolicy", "iam:Update*", "iam:updateassumerolepolicy"].map(
    (edit): ContractCase => ({
      name: `who may ${edit} on two key administrators counts as having assumed them`,
      change: (world) => {
        party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
        for (const account of [A, B])
          list(world, user(account, "ops"), [identity("edit", allowing(edit, role(account, "keyadmin")))]);
      },
      not: { "P4:ops": "violated" },
    }),
  ),
  {
    name: "editing a trust does not give the role more than it has",
    change: (world) => {
      party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B])
        list(world, user(account, "ops"), [
          identity("edit", allowing("iam:UpdateAssumeRolePolicy", role(account, "sealer"))),
        ]);
    },
    not: {},
  },
  ...[
    "iam:PutUserPolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
  ].map(
    (edit): ContractCase => ({
      name: `who may ${edit} on two users counts as them with everything`,
      change: (world) => {
        party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
        for (const account of [A, B])
          list(world, user(account, "ops"), [identity("edit", allowing(edit, user(account, "boss")))]);
      },
      not: { "P4:ops": "violated" },
    }),
  ),
  ...["iam:CreateAccessKey", "iam:UpdateLoginProfile", "iam:CreateLoginProfile"].map(
    (taking): ContractCase => ({
      name: `who may ${taking} for two administrators becomes them`,
      change: (world) => {
        party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
        for (const account of [A, B])
          list(world, user(account, "ops"), [identity("take", allowing(taking, user(account, "boss")))]);
      },
      not: { "P4:ops": "violated" },
    }),
  ),
  {
    name: "an edit in another account is none, whatever the caller's policies say",
    change: (world) => {
      list(world, role(D, "ops"), [identity("all", allowing("iam:*"))], trusting({ AWS: role(D, "ops") }));
    },
    not: {},
  },
  {
    name: "the boundary keeps the editor from editing",
    change: (world) => {
      party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B])
        list(world, user(account, "ops"), [identity("edit", allowing("iam:*"))], undefined, {
          boundary: document(allowing("iam:Get*"), {
            Effect: "Allow",
            Action: ["iam:PutRolePolicy"],
            Resource: role(account, "nobody"),
          }),
        });
    },
    not: {},
  },
  {
    name: "a service control policy keeps the editors of two accounts from editing",
    change: (world) => {
      party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B]) {
        list(world, user(account, "ops"), [identity("edit", allowing("iam:*"))]);
        world.organizationPolicies.push({
          target: account,
          kind: "scp",
          document: document({ Effect: "Deny", Action: "iam:*", Resource: "*" }),
        });
      }
    },
    not: {},
  },
  {
    name: "one party administers two accounts by two entries",
    change: (world) => world.parties.push({ id: "both", principals: [], accounts: [A, C], holds: [] }),
    not: { "P4:both": "violated" },
  },
  {
    name: "an account that nobody administers has two key administrators in its hands",
    change: (world) => {
      for (const account of [A, B]) {
        shard(world, account).keyAdminArns.push(role(D, "custodian"));
        shard(world, account).readerArns.push(role(D, "custodian"));
        onKey(world, account, opening({ AWS: role(D, "custodian") }, "kms:PutKeyPolicy"));
      }
    },
    not: { [`P4:account:${D}`]: "violated" },
  },
  {
    name: "an account that is not listed is no party",
    change: (world) => {
      for (const account of [A, B]) {
        shard(world, account).keyAdminArns.push(role(X, "custodian"));
        shard(world, account).readerArns.push(role(X, "custodian"));
        onKey(world, account, opening({ AWS: role(X, "custodian") }, "kms:PutKeyPolicy"));
      }
    },
    not: {},
  },
  {
    name: "two shard accounts in one organization, whose management account is not listed",
    change: (world) => organize(world, [A, B], X),
    not: { "P4:organization:o-one": "violated" },
  },
  {
    name: "one shard account and another without a shard in one organization",
    change: (world) => organize(world, [A, D], X),
    not: {},
  },
  {
    name: "the management account is listed, and nobody administers it",
    change: (world) => organize(world, [A, B, D], D),
    not: { "P4:organization:o-one": "violated", [`P4:account:${D}`]: "violated" },
  },
  {
    name: "the management account is one of the shard accounts",
    change: (world) => organize(world, [B, C], B),
    not: { "P4:organization:o-one": "violated", "P4:keeper-b": "violated" },
  },
  {
    name: "who administers an unlisted management account administers its members",
    change: (world) => {
      organize(world, [A, B], X);
      party(world, "head office", { accounts: [X] });
    },
    not: { "P4:organization:o-one": "violated", "P4:head office": "violated" },
  },
  {
    name: "the members' policies do not bind who can detach them",
    change: (world) => {
      organize(world, [B, D], D);
      party(world, "head office", { accounts: [D] });
      onKey(world, C, opening({ AWS: role(B, "helper") }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: B,
        kind: "scp",
        document: document({ Effect: "Deny", Action: "kms:*", NotResource: [key(B), vaultKey(B)] }),
      });
    },
    not: { [`P3:${C}`]: "violated", "P4:head office": "violated" },
  },
  {
    name: "resource control policies of a member neither",
    change: (world) => {
      organize(world, [B, D], D);
      party(world, "head office", { accounts: [D] });
      onKey(world, B, opening({ AWS: root(A) }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: "o-one",
        kind: "rcp",
        document: document({
          Effect: "Deny",
          Principal: "*",
          Action: "kms:*",
          Resource: "*",
          Condition: { StringNotEquals: { "aws:PrincipalAccount": B } },
        }),
      });
    },
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "service control policies of an organization bind the keeper's root",
    change: (world) => {
      organize(world, [B], X);
      onKey(world, C, opening({ AWS: root(B) }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: "o-one",
        kind: "scp",
        document: document({ Effect: "Deny", Action: "kms:Decrypt", NotResource: [key(B), vaultKey(B)] }),
      });
    },
    not: { [`P3:${C}`]: "violated" },
  },
  {
    name: "the recovery key and the backup are in one hand",
    change: (world) => party(world, "archive", { holds: ["ers-key", "backup"] }),
    not: { "P4:archive": "violated" },
  },
  {
    name: "the recovery key and the backup are in two hands",
    change: (world) => {
      party(world, "archive", { holds: ["backup"] });
      party(world, "notary", { holds: ["ers-key"] });
    },
    not: {},
  },
  ...(
    [
      ["ec2.amazonaws.com", "ec2:RunInstances"],
      ["ec2.amazonaws.com", "ec2:AssociateIamInstanceProfile"],
      ["ec2.amazonaws.com", "ec2:ReplaceIamInstanceProfileAssociation"],
      ["ec2.amazonaws.com", "autoscaling:CreateAutoScalingGroup"],
      ["ecs-tasks.amazonaws.com", "ecs:RunTask"],
      ["ecs-tasks.amazonaws.com", "ecs:StartTask"],
      ["ecs-tasks.amazonaws.com", "ecs:CreateService"],
      ["ecs-tasks.amazonaws.com", "ecs:UpdateService"],
      ["lambda.amazonaws.com", "lambda:CreateFunction"],
      ["lambda.amazonaws.com", "lambda:UpdateFunctionConfiguration"],
      ["cloudformation.amazonaws.com", "cloudformation:CreateStack"],
      ["cloudformation.amazonaws.com", "cloudformation:CreateChangeSet"],
      ["codebuild.amazonaws.com", "codebuild:CreateProject"],
      ["glue.amazonaws.com", "glue:CreateJob"],
      ["glue.amazonaws.com", "glue:CreateDevEndpoint"],
      ["sagemaker.amazonaws.com", "sagemaker:CreateNotebookInstance"],
      ["states.amazonaws.com", "states:CreateStateMachine"],
      ["codepipeline.amazonaws.com", "codepipeline:CreatePipeline"],
      ["events.amazonaws.com", "events:PutTargets"],
      ["scheduler.amazonaws.com", "scheduler:CreateSchedule"],
      ["elasticmapreduce.amazonaws.com", "elasticmapreduce:RunJobFlow"],
      ["datapipeline.amazonaws.com", "datapipeline:PutPipelineDefinition"],
      ["apprunner.amazonaws.com", "apprunner:CreateService"],
      ["tasks.apprunner.amazonaws.com", "apprunner:CreateService"],
      ["bedrock-agentcore.amazonaws.com", "bedrock-agentcore:CreateCodeInterpreter"],
      ["batch.amazonaws.com", "batch:CreateComputeEnvironment"],
      ["pods.eks.amazonaws.com", "eks:CreatePodIdentityAssociation"],
      ["elasticbeanstalk.amazonaws.com", "elasticbeanstalk:CreateEnvironment"],
      ["imagebuilder.amazonaws.com", "imagebuilder:CreateImage"],
    ] as const
  ).map(
    ([service, call]): ContractCase => ({
      name: `a key administrator that trusts ${service} is passed to it and started by ${call}`,
      change: (world) => {
        party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
        for (const account of [A, B]) {
          list(world, user(account, "ops"), [
            identity("start", allowing(call), allowing("iam:PassRole", role(account, "keyadmin"))),
          ]);
          principal(world, role(account, "keyadmin")).trust = trusting({ Service: service });
        }
      },
      not: { "P4:ops": "violated" },
    }),
  ),
  {
    name: "passing a role without starting anything",
    change: (world) => {
      party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B]) {
        list(world, user(account, "ops"), [
          identity("pass", allowing("iam:PassRole", role(account, "keyadmin"))),
        ]);
        principal(world, role(account, "keyadmin")).trust = trusting({ Service: "ec2.amazonaws.com" });
      }
    },
    not: {},
  },
  {
    name: "a role is passed to one service and another is started",
    change: (world) => {
      party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B]) {
        list(world, user(account, "ops"), [
          identity(
            "pass",
            allowing("ec2:RunInstances"),
            allowing("iam:PassRole", "*", {
              Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
            }),
          ),
        ]);
        principal(world, role(account, "keyadmin")).trust = trusting({ Service: "ec2.amazonaws.com" });
      }
    },
    not: {},
  },
  ...(
    [
      ["ec2", `arn:aws:ec2:eu-west-1:ACCOUNT:instance/i-1`, "ssm:SendCommand"],
      ["ec2", `arn:aws:ec2:eu-west-1:ACCOUNT:instance/i-1`, "ssm:StartSession"],
      ["ec2", `arn:aws:ec2:eu-west-1:ACCOUNT:instance/i-1`, "ec2:ModifyInstanceAttribute"],
      ["ec2", `arn:aws:ec2:eu-west-1:ACCOUNT:instance/i-1`, "ec2-instance-connect:SendSSHPublicKey"],
      ["ec2", `arn:aws:ec2:eu-west-1:ACCOUNT:instance/i-1`, "ec2:CreateReplaceRootVolumeTask"],
      ["ecs", `arn:aws:ecs:eu-west-1:ACCOUNT:task/main/1`, "ecs:ExecuteCommand"],
      ["ecs", `arn:aws:ecs:eu-west-1:ACCOUNT:service/main/web`, "ecs:UpdateService"],
      ["lambda", `arn:aws:lambda:eu-west-1:ACCOUNT:function:f`, "lambda:UpdateFunctionCode"],
      ["lambda", `arn:aws:lambda:eu-west-1:ACCOUNT:function:f`, "lambda:UpdateFunctionConfiguration"],
    ] as const
  ).map(
    ([service, arn, call]): ContractCase => ({
      name: `${call} on compute that carries a key administrator`,
      change: (world) => {
        party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
        for (const account of [A, B]) {
          const on = arn.replace("ACCOUNT", account);
          list(world, user(account, "ops"), [identity("run", allowing(call, on))]);
          world.resources.push({
            arn: on,
            account,
            kind: "compute",
            service,
            roleArn: role(account, "keyadmin"),
          });
        }
      },
      not: { "P4:ops": "violated" },
    }),
  ),
  {
    name: "a function of another account opens its code to a party by its own policy",
    change: (world) => {
      party(world, "ops", { principals: [user(D, "ops")] });
      list(world, user(D, "ops"), [identity("run", allowing("lambda:*"))]);
      for (const account of [A, B]) {
        world.resources.push({
          arn: `arn:aws:lambda:eu-west-1:${account}:function:f`,
          account,
          kind: "compute",
          service: "lambda",
          roleArn: role(account, "keyadmin"),
          policy: document({
            Effect: "Allow",
            Principal: { AWS: user(D, "ops") },
            Action: "lambda:UpdateFunctionCode",
            Resource: "*",
          }),
        });
      }
    },
    not: { "P4:ops": "violated", [`P4:account:${D}`]: "violated" },
  },
  {
    name: "compute carries the node role: whoever runs it uses the key attested, which is no reach",
    change: (world) => {
      party(world, "hosting", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B]) {
        shard(world, account).hostAdminArns.push(user(account, "ops"));
        list(world, user(account, "ops"), [identity("run", allowing("ssm:SendCommand", "*"))]);
      }
    },
    not: {},
  },
  {
    name: "a step that depends on a tag that is not told",
    change: (world) => {
      party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B]) {
        list(world, user(account, "ops"), [identity("assume", allowing("sts:AssumeRole"))], undefined, {
          tags: undefined,
        });
        principal(world, role(account, "keyadmin")).trust = document({
          Effect: "Allow",
          Principal: { AWS: account },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:PrincipalTag/team": "keys" } },
        });
      }
    },
    not: { "P4:ops": "undecided" },
  },
  {
    name: "a trust asks for an external id and a session tag, which the caller chooses",
    change: (world) => {
      party(world, "ops", { principals: [user(A, "ops"), user(B, "ops")] });
      for (const account of [A, B]) {
        list(world, user(account, "ops"), [identity("assume", allowing("sts:*"))]);
        principal(world, role(account, "keyadmin")).trust = document({
          Effect: "Allow",
          Principal: { AWS: account },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": "secret", "aws:RequestTag/a": "b" } },
        });
      }
    },
    not: { "P4:ops": "violated" },
  },
  {
    name: "a listed principal of no party reaches two",
    change: (world) => {
      list(world, user(A, "loose"), [identity("edit", allowing("iam:*"))]);
      onKey(world, B, opening({ AWS: user(A, "loose") }, "kms:Decrypt"));
      principal(world, user(A, "loose")).identity = [identity("edit", allowing(["iam:*", "kms:*"]))];
    },
    not: {
      "P1:1": "violated",
      [`P3:${B}`]: "violated",
      "P4:keeper-a": "violated",
      [`P4:principal:${user(A, "loose")}`]: "violated",
      "P7:0": "violated",
    },
  },
  {
    name: "a risk that all three keepers approved",
    change: (world) => {
      organize(world, [A, B, C], X);
      world.acceptedRisks.push({
        party: "organization:o-one",
        reason: "one bill",
        approvedBy: ["keeper-c", "keeper-a", "somebody", "keeper-b"],
      });
    },
    not: { "P4:organization:o-one": "accepted" },
  },
  {
    name: "a risk that one keeper did not approve",
    change: (world) => {
      organize(world, [A, B, C], X);
      world.acceptedRisks.push({
        party: "organization:o-one",
        reason: "one bill",
        approvedBy: ["keeper-a", "keeper-b"],
      });
    },
    not: { "P4:organization:o-one": "violated" },
  },
];
