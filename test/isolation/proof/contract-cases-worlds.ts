import type { ContractCase } from "./contract-cases-keys.ts";
import { also, list, onKey, onSecret, party, principal, resource, shard } from "./contract-edit.ts";
import {
  A,
  allowing,
  B,
  bucket,
  C,
  D,
  document,
  identity,
  type Json,
  key,
  opening,
  role,
  root,
  session,
  trusting,
  user,
  vaultKey,
  X,
} from "./contract-world.ts";

const store = bucket("artefacts-b");

/** A bucket of the second account with one statement. */
function naming(name: string, statement: Json, status?: "violated" | "undecided"): ContractCase {
  return {
    name: `a bucket: ${name}`,
    change: (world) =>
      world.resources.push({ arn: store, account: B, kind: "bucket", policy: document(statement) }),
    not: status === undefined ? {} : { [`P3:${B}`]: status },
  };
}

const read = "s3:GetObject";
const log = { Service: "delivery.logs.amazonaws.com" };

/** P3: who is named. */
export const namingContract: readonly ContractCase[] = [
  naming("everybody", opening("*", read), "violated"),
  naming("everybody, in the long form", opening({ AWS: ["*"] }, read), "violated"),
  naming("another account by its id", opening({ AWS: [B, X] }, read), "violated"),
  naming(
    "the own account in every form",
    opening({ AWS: [B, root(B), role(B, "x"), user(B, "y"), session(B, "x", "z")] }, read),
  ),
  naming("everybody of the account", opening("*", read, { StringEquals: { "AWS:principalaccount": B } })),
  naming(
    "everybody of the account, or of one more",
    opening("*", read, { StringEquals: { "aws:PrincipalAccount": [B, X] } }),
    "violated",
  ),
  naming(
    "everybody of the account, if it is told",
    opening("*", read, { StringEqualsIfExists: { "aws:PrincipalAccount": B } }),
  ),
  naming(
    "everybody but of one account",
    opening("*", read, { StringNotEquals: { "aws:PrincipalAccount": X } }),
    "violated",
  ),
  naming(
    "everybody who is a role of the account",
    opening("*", read, { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${B}:role/*` } }),
  ),
  naming(
    "everybody who is a role of any account",
    opening("*", read, { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/app" } }),
    "violated",
  ),
  naming(
    "everybody of an organization",
    opening("*", read, { StringEquals: { "aws:PrincipalOrgID": "o-one" } }),
    "violated",
  ),
  naming(
    "everybody from an endpoint",
    opening("*", read, { StringEquals: { "aws:SourceVpce": "vpce-1" } }),
    "violated",
  ),
  naming(
    "another account, whose principals are held to the own",
    opening({ AWS: X }, read, { StringEquals: { "aws:PrincipalAccount": B } }),
  ),
  naming(
    "an identifying key under an operator that nobody knows",
    opening("*", read, { StringSame: { "aws:PrincipalAccount": B } }),
    "undecided",
  ),
  naming("a Deny", { ...opening({ AWS: X }, read), Effect: "Deny" }),
  naming("a service for the account", opening(log, read, { StringEquals: { "aws:SourceAccount": B } })),
  naming(
    "a service for what lies in the account",
    opening(log, read, { ArnLike: { "AWS:SourceArn": `arn:aws:logs:*:${B}:*` } }),
  ),
  naming("a service for whomever", opening(log, read), "violated"),
  naming(
    "a service for an organization",
    opening(log, read, { StringEquals: { "aws:SourceOrgID": "o-one" } }),
    "violated",
  ),
  naming(
    "a service for another account",
    opening(log, read, { StringEquals: { "aws:SourceAccount": X } }),
    "violated",
  ),
  naming(
    "a service, pinned only if the key is there",
    opening(log, read, { StringEqualsIfExists: { "aws:SourceAccount": B } }),
    "violated",
  ),
  naming(
    "a log group's context, which pins no bucket",
    opening(log, read, {
      ArnEquals: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${B}:log-group:g` },
    }),
    "violated",
  ),
  naming("the node's role of another node", opening({ AWS: role(A, "node") }, read), "violated"),
  {
    name: "the key of a log group is pinned by the group",
    change: (world) =>
      also(
        world,
        vaultKey(B),
        opening({ Service: "logs.eu-west-1.amazonaws.com" }, "kms:Encrypt*", {
          ArnEquals: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${B}:log-group:g` },
        }),
      ),
    not: {},
  },
  {
    name: "a repository whose policy names an account, without a Resource as ECR has it",
    change: (world) =>
      world.resources.push({
        arn: `arn:aws:ecr:eu-west-1:${B}:repository/r`,
        account: B,
        kind: "repository",
        policy: document({ Effect: "Allow", Principal: { AWS: X }, Action: ["ecr:BatchGetImage"] }),
      }),
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "an endpoint's policy grants nothing, whomever it names",
    change: (world) =>
      world.resources.push({
        arn: `arn:aws:ec2:eu-west-1:${B}:vpc-endpoint/vpce-1`,
        account: B,
        kind: "vpc-endpoint",
        policy: document(opening({ AWS: X }, "*")),
      }),
    not: {},
  },
  {
    name: "an account without a shard names whom it likes",
    change: (world) =>
      world.resources.push({ arn: store, account: D, kind: "bucket", policy: document(opening("*", read)) }),
    not: {},
  },
  ...(
    [
      "arn:aws:iam::OWN:saml-provider/idp",
      "arn:aws:iam::OWN:oidc-provider/token.actions.githubusercontent.com",
    ] as const
  ).flatMap((provider): ContractCase[] => [
    {
      name: `a role trusts ${provider} of its own account`,
      change: (world) => list(world, role(B, "web"), [], trusting({ Federated: provider.replace("OWN", B) })),
      not: {},
    },
    {
      name: `a role trusts ${provider} of another account`,
      change: (world) => list(world, role(B, "web"), [], trusting({ Federated: provider.replace("OWN", X) })),
      not: { [`P3:${B}`]: "violated" },
    },
  ]),
  {
    name: "a role trusts another account, whoever knows the external id",
    change: (world) =>
      list(
        world,
        role(B, "vendor"),
        [],
        document({
          Effect: "Allow",
          Principal: { AWS: X },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": "e" } },
        }),
      ),
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "a role trusts a service of AWS",
    change: (world) =>
      list(world, role(B, "job"), [], trusting({ Service: ["glue.amazonaws.com", "events.amazonaws.com"] })),
    not: {},
  },
  {
    name: "a declared reader on the secret, and a declared verifier on the key, both of another account",
    change: (world) => {
      shard(world, B).readerArns.push(role(D, "reader"));
      shard(world, B).verifierArns.push(role(D, "verifier"));
      onSecret(world, B, opening({ AWS: role(D, "reader") }, "secretsmanager:GetSecretValue"));
      onKey(
        world,
        B,
        opening({ AWS: D }, "kms:DescribeKey", { ArnEquals: { "aws:PrincipalArn": role(D, "verifier") } }),
      );
    },
    not: {},
  },
  {
    name: "a reader of one shard on another's secret",
    change: (world) => {
      shard(world, A).readerArns.push(role(D, "reader"));
      onSecret(world, B, opening({ AWS: role(D, "reader") }, "secretsmanager:GetSecretValue"));
    },
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "a host in another account: the node role, also as its account's root",
    change: (world) => {
      const host = role(D, "node");
      list(
        world,
        host,
        [identity("node", allowing(["kms:Decrypt", "secretsmanager:GetSecretValue"]))],
        trusting({ Service: "ec2.amazonaws.com" }),
      );
      shard(world, B).nodeRoleArn = host;
      const own = { ArnEquals: { "aws:PrincipalArn": host } };
      const pins = shard(world, B).pcrs;
      resource(world, key(B)).policy = document(
        opening({ AWS: root(D) }, "kms:Decrypt", {
          ...own,
          StringEquals: {
            "kms:RecipientAttestation:PCR0": pins["0"] ?? [],
            "kms:RecipientAttestation:PCR8": pins["8"] ?? [],
          },
        }),
      );
      resource(world, vaultKey(B)).policy = document(
        opening({ AWS: host }, "kms:Decrypt", {
          StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" },
        }),
      );
      onSecret(world, B, opening({ AWS: D }, "secretsmanager:GetSecretValue", own));
    },
    not: {},
  },
];

/** P7: who comes to the host. */
export const hostContract: readonly ContractCase[] = [
  ...(
    [
      ["sends commands to the host", allowing("ssm:SendCommand", "*"), "violated"],
      [
        "opens a session on all instances of the account",
        allowing("ssm:StartSession", `arn:aws:ec2:*:${B}:instance/*`),
        "violated",
      ],
      [
        "opens a session on another instance",
        allowing("ssm:StartSession", `arn:aws:ec2:*:${B}:instance/i-other`),
        undefined,
      ],
      [
        "logs on by an instance's serial console",
        allowing("ec2-instance-connect:SendSerialConsoleSSHPublicKey"),
        "violated",
      ],
      [
        "rewrites who may assume the node role",
        allowing("iam:UpdateAssumeRolePolicy", role(B, "node")),
        "violated",
      ],
      ["reads about hosts", allowing(["ec2:Describe*", "ssm:Describe*", "iam:Get*"]), undefined],
      ["assumes whatever lets it", allowing("sts:AssumeRole"), undefined],
      [
        "passes the node role to a service that the role does not trust",
        { ...allowing(["iam:PassRole", "lambda:*"]) },
        undefined,
      ],
      [
        "passes the node role to an instance of its own",
        allowing(["iam:PassRole", "ec2:RunInstances"]),
        "violated",
      ],
      [
        "sends commands with an operator that nobody knows",
        allowing("ssm:SendCommand", "*", { Condition: { StringSame: { "aws:SourceIp": "x" } } }),
        "undecided",
      ],
    ] as const
  ).map(
    ([name, statement, status]): ContractCase => ({
      name: `a listed principal ${name}`,
      change: (world) => list(world, user(B, "ops"), [identity("ops", statement)]),
      not: status === undefined ? {} : { "P7:1": status },
    }),
  ),
  {
    name: "a declared administrator of the host",
    change: (world) => {
      shard(world, B).hostAdminArns.push(user(B, "ops"));
      list(world, user(B, "ops"), [identity("ops", allowing(["ssm:*", "iam:*", "ec2:*"]))]);
    },
    not: {},
  },
  {
    name: "a principal of a party that administers the account",
    change: (world) => {
      world.parties[1]?.principals.push(user(B, "ops"));
      list(world, user(B, "ops"), [identity("ops", allowing("ssm:*"))]);
    },
    not: {},
  },
  {
    name: "a principal of a party that administers another account",
    change: (world) => {
      world.parties[0]?.principals.push(user(B, "ops"));
      list(world, user(B, "ops"), [identity("ops", allowing("ssm:*"))]);
    },
    not: { "P7:1": "violated" },
  },
  {
    name: "the node role trusts a principal of another account",
    change: (world) => {
      list(world, user(D, "ops"), [identity("ops", allowing("sts:AssumeRole"))]);
      const node = principal(world, role(B, "node"));
      node.trust = trusting({ Service: "ec2.amazonaws.com" }, { AWS: user(D, "ops") });
    },
    not: { [`P3:${B}`]: "violated", "P7:1": "violated" },
  },
  {
    name: "two steps to the host are the first one's matter",
    change: (world) => {
      shard(world, B).hostAdminArns.push(role(B, "ops"));
      list(world, role(B, "ops"), [identity("ops", allowing("ssm:*"))], trusting({ AWS: user(B, "junior") }));
      list(world, user(B, "junior"), [identity("junior", allowing("sts:AssumeRole"))]);
    },
    not: {},
  },
];

const everywhere = (world: Parameters<ContractCase["change"]>[0]) =>
  Object.fromEntries([
    ...world.accounts.slice(0, 3).map(({ id }) => [`P3:${id}`, "accepted"] as const),
    ...world.parties.map(({ id }) => [`P4:${id}`, "accepted"] as const),
    [`P4:account:${D}`, "accepted"] as const,
    ...world.principals
      .filter(({ arn }) => !arn.endsWith("/boss"))
      .map(({ arn }) => [`P4:principal:${arn}`, "accepted"] as const),
  ]);

/** What is never proven, and what a sandbox accepts. `not` may be decided by the world itself. */
export const worldContract: readonly (Omit<ContractCase, "not"> & {
  readonly not: ContractCase["not"] | typeof everywhere;
})[] = [
  {
    name: "a key that is not among the resources",
    change: (world) => {
      world.resources = world.resources.filter(({ arn }) => arn !== key(C));
    },
    // Of a policy that nobody knows nobody can say whom it lets in.
    not: {
      "P1:2": "violated",
      "P5:2": "violated",
      "P4:keeper-a": "undecided",
      "P4:keeper-b": "undecided",
    },
  },
  {
    name: "a list of measurements is empty",
    change: (world) => {
      const one = shard(world, C);
      one.pcrs = { ...one.pcrs, "4": [] };
    },
    not: { "P1:2": "violated" },
  },
  {
    name: "no list of measurements",
    change: (world) => {
      shard(world, C).pcrs = {};
    },
    not: { "P1:2": "violated" },
  },
  {
    name: "one of the measurements of a later register is all zeros",
    change: (world) => {
      const one = shard(world, C);
      one.pcrs = { ...one.pcrs, "8": [...(one.pcrs["8"] ?? []), "0".repeat(96)] };
    },
    not: { "P1:2": "violated", "P5:2": "violated" },
  },
  {
    name: "two shards have one key",
    change: (world) => {
      shard(world, C).keyArn = key(B);
    },
    // Neither's role is the other's, whom the one policy admits.
    not: {
      "P1:1": "violated",
      "P1:2": "violated",
      "P2:2": "violated",
      "P5:2": "violated",
      "P4:keeper-b": "violated",
      [`P4:principal:${role(B, "keyadmin")}`]: "violated",
    },
  },
  {
    name: "there are two shards",
    change: (world) => {
      world.shards.pop();
    },
    not: { "P5:2": "violated" },
  },
  {
    name: "a sandbox",
    change: (world) => {
      world.profile = "sandbox";
    },
    not: everywhere,
  },
  {
    name: "a sandbox whose three shards one party administers and whom everybody is named in",
    change: (world) => {
      world.profile = "sandbox";
      party(world, "everything", { accounts: [A, B, C] });
      onKey(world, B, opening({ AWS: X }, "kms:DescribeKey"));
    },
    not: everywhere,
  },
];
