import type { World } from "../../../isolation/world.ts";
import {
  accounts,
  allow,
  arns,
  deny,
  grantTo,
  management,
  type Node,
  pcr0,
  plaintextCalls,
  policy,
  principalIn,
  resourceIn,
  role,
  type Statement,
  secretWrites,
  statementsOf,
  stranger,
  trust,
} from "./worlds.ts";

export interface Case {
  readonly name: string;
  readonly change: (world: World) => void;
  readonly id: string;
  readonly status: "violated" | "undecided";
  /** Sid, document or both of a statement that the witness must name. */
  readonly statement?: { readonly sid?: string; readonly document?: string; readonly on?: string };
  readonly finding?: RegExp;
}

const [a, b, c] = accounts;
const key = (world: World, node: Node) => statementsOf(world, arns.key(node));
const secret = (world: World, node: Node) => statementsOf(world, arns.secret(node));

function without(statements: Statement[], sid: string): void {
  const at = statements.findIndex(({ Sid }) => Sid === sid);
  if (at < 0) throw new Error(`no statement ${sid}`);
  statements.splice(at, 1);
}

function statement(statements: Statement[], sid: string): Statement {
  const found = statements.find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`no statement ${sid}`);
  return found;
}

function addPrincipal(
  world: World,
  arn: string,
  trusted: ReturnType<typeof trust>,
  ...policies: ReturnType<typeof grantTo>[]
) {
  world.principals.push(role(arn, trusted, ...policies));
  return arn;
}

/** A role that whoever may in its account can assume. */
const addRole = (world: World, account: string, name: string, ...policies: ReturnType<typeof grantTo>[]) =>
  addPrincipal(world, arns.role(account, name), trust({ AWS: arns.root(account) }), ...policies);

function shardOf(world: World, node: Node) {
  const shard = world.shards.find((one) => one.node === node);
  if (shard === undefined) throw new Error(`no shard of node ${node}`);
  return shard;
}

const attestationDenials = ["DenyUnattestedPCR0", "DenyUnattestedPCR3"];
const measurementsOfB = {
  "kms:RecipientAttestation:PCR0": pcr0,
  "kms:RecipientAttestation:PCR3": "b1".repeat(48),
};

function withoutAttestation(world: World, node: Node): void {
  for (const sid of attestationDenials) without(key(world, node), sid);
}

/** A statement more in the key's policy breaks the obligation of that node, and is what the witness names. */
const opened = (name: string, obligation: string, node: Node, added: Statement): Case => ({
  name,
  change: (world) => key(world, node).push(added),
  id: `${obligation}:${node}`,
  status: "violated",
  statement: { sid: added.Sid },
});

const withRoot = (world: World, node: Node, account = accounts[node]) =>
  key(world, node).push(allow("Everything", arns.root(account), "kms:*"));

export const keyCases: readonly Case[] = [
  {
    name: "the account's root is given every call on the key",
    change: (world) => withRoot(world, 1),
    id: "P1:1",
    status: "violated",
    statement: { sid: "Everything", document: "policy", on: arns.key(1) },
  },
  {
    name: "and with it the right to rewrite the policy",
    change: (world) => withRoot(world, 1),
    id: "P2:1",
    status: "violated",
    statement: { sid: "Everything" },
  },
  opened("a bare account id stands for its root", "P1", 2, allow("Bare", { AWS: c }, "kms:decrypt")),
  {
    name: "PCR3 is pinned by nothing but the declaration",
    change: (world) => {
      without(key(world, 1), "DenyUnattestedPCR3");
      delete statement(key(world, 1), "AttestedDecrypt").Condition?.StringEqualsIgnoreCase?.[
        "kms:RecipientAttestation:PCR3"
      ];
    },
    id: "P1:1",
    status: "violated",
    statement: { sid: "AttestedDecrypt" },
  },
  {
    name: "the attestation may be absent (IfExists)",
    change: (world) => {
      withoutAttestation(world, 1);
      const allowed = statement(key(world, 1), "AttestedDecrypt");
      allowed.Condition = {
        ArnEquals: { "aws:PrincipalArn": arns.nodeRole(1) },
        StringEqualsIgnoreCaseIfExists: measurementsOfB,
      };
    },
    id: "P1:1",
    status: "violated",
    statement: { sid: "AttestedDecrypt" },
  },
  {
    name: "ForAllValues is true of no attestation",
    change: (world) => {
      withoutAttestation(world, 1);
      const allowed = statement(key(world, 1), "AttestedDecrypt");
      allowed.Condition = {
        ArnEquals: { "aws:PrincipalArn": arns.nodeRole(1) },
        "ForAllValues:StringEqualsIgnoreCase": measurementsOfB,
      };
    },
    id: "P1:1",
    status: "violated",
    statement: { sid: "AttestedDecrypt" },
  },
  {
    name: "both measurements in one Deny fire only when both differ",
    change: (world) => {
      without(key(world, 1), "DenyUnattestedPCR0");
      statement(key(world, 1), "DenyUnattestedPCR3").Condition = {
        StringNotEqualsIgnoreCase: measurementsOfB,
      };
      key(world, 1).push(allow("Reader", arns.deploy(1), "kms:Decrypt"));
    },
    id: "P1:1",
    status: "violated",
    statement: { sid: "Reader" },
  },
  opened(
    "a role of the account decrypts with the right document",
    "P1",
    1,
    allow("Backdoor", arns.deploy(1), "kms:Decrypt"),
  ),
  opened("another node's role is named", "P1", 1, allow("OtherNode", arns.nodeRole(2), "kms:Decrypt")),
  opened(
    "everybody is let in by a tag that a stranger may carry",
    "P1",
    1,
    allow("Tagged", "*", "kms:Decrypt", { StringEquals: { "aws:PrincipalTag/team": "vault" } }),
  ),
  opened(
    "an organization's id lets strangers in",
    "P1",
    1,
    allow("Organization", "*", "kms:Decrypt", { StringEquals: { "aws:PrincipalOrgID": "o-any" } }),
  ),
  opened(
    "a pattern of roles is let in through the account",
    "P1",
    1,
    allow("Pattern", arns.root(b), "kms:Decrypt", {
      ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${b}:role/ops-*` },
    }),
  ),
  opened(
    "a session of a role is named",
    "P1",
    1,
    allow("Session", { AWS: `arn:aws:sts::${b}:assumed-role/deploy-1/night` }, "kms:Decrypt"),
  ),
  opened("NotPrincipal lets everybody else in", "P1", 1, {
    Sid: "Others",
    Effect: "Allow",
    NotPrincipal: { AWS: arns.root(a) },
    Action: "kms:Decrypt",
    Resource: "*",
  }),
  opened("NotAction leaves a plaintext call in", "P1", 1, {
    Sid: "Rest",
    Effect: "Allow",
    Principal: { AWS: arns.deploy(1) },
    NotAction: "kms:Decrypt",
    Resource: "*",
  }),
  {
    name: "a service decrypts for its callers",
    change: (world) => {
      withoutAttestation(world, 1);
      key(world, 1).push(
        allow("Service", { Service: "logs.amazonaws.com" }, "kms:Decrypt", {
          StringEquals: { "aws:SourceAccount": b },
        }),
      );
    },
    id: "P1:1",
    status: "violated",
    statement: { sid: "Service" },
  },
  {
    name: "a grant to decrypt bears no attestation condition",
    change: (world) => {
      withoutAttestation(world, 1);
      resourceIn(world, arns.key(1)).grants = [
        { id: "g1", granteePrincipal: arns.deploy(1), operations: ["Decrypt"] },
      ];
    },
    id: "P1:1",
    status: "violated",
    statement: { document: "grant:g1" },
  },
  {
    name: "a grantee presents the right document",
    change: (world) => {
      resourceIn(world, arns.key(1)).grants = [
        { id: "g1", granteePrincipal: arns.nodeRole(2), operations: ["Decrypt"] },
      ];
    },
    id: "P1:1",
    status: "violated",
    statement: { document: "grant:g1" },
  },
  ...plaintextCalls.slice(1).map(
    (action): Case => ({
      name: `the node itself may ${action} without presenting anything`,
      change: (world) => {
        for (const sid of attestationDenials)
          statement(key(world, 0), sid).Action = plaintextCalls.filter((call) => call !== action);
        key(world, 0).push(allow("More", arns.nodeRole(0), action));
      },
      id: "P1:0",
      status: "violated",
      statement: { sid: "More" },
    }),
  ),
  ...[
    "CreateGrant",
    "ReEncryptFrom",
    "ReplicateKey",
    "ImportKeyMaterial",
    "DeleteImportedKeyMaterial",
    "UpdatePrimaryRegion",
  ].map(
    (call): Case => ({
      name: `the key admin is allowed kms:${call}`,
      change: (world) => {
        const denied = statement(key(world, 2), "DenySideDoors");
        const calls = [
          "kms:CreateGrant",
          "kms:ReEncryptFrom",
          "kms:ReplicateKey",
          "kms:UpdatePrimaryRegion",
          "kms:ImportKeyMaterial",
          "kms:DeleteImportedKeyMaterial",
        ];
        denied.Action = calls.filter((action) => action !== `kms:${call}`);
        key(world, 2).push(allow("SideDoor", arns.keyAdmin(2), `kms:${call}`));
      },
      id: "P2:2",
      status: "violated",
      statement: { sid: "SideDoor" },
    }),
  ),
  opened(
    "somebody besides the key admin rewrites the policy",
    "P2",
    2,
    allow("Policy", arns.deploy(2), "kms:PutKeyPolicy"),
  ),
  opened(
    "an account beyond rewrites the policy, although KMS refuses it",
    "P2",
    2,
    allow("Far", arns.root(stranger), "kms:PutKeyPolicy"),
  ),
  {
    name: "a grant hands on the right to make grants",
    change: (world) => {
      without(key(world, 0), "DenySideDoors");
      resourceIn(world, arns.key(0)).grants = [
        { id: "g2", granteePrincipal: arns.deploy(0), operations: ["CreateGrant"] },
      ];
    },
    id: "P2:0",
    status: "violated",
    statement: { document: "grant:g2" },
  },
  {
    name: "the key is multi-Region",
    change: (world) => {
      resourceIn(world, arns.key(0)).multiRegion = true;
    },
    id: "P2:0",
    status: "violated",
    finding: /multi-Region/,
  },
  {
    name: "the key's material was imported",
    change: (world) => {
      resourceIn(world, arns.key(0)).origin = "EXTERNAL";
    },
    id: "P2:0",
    status: "violated",
    finding: /EXTERNAL/,
  },
  ...secretWrites.map(
    (action): Case => ({
      name: `everybody in the account may ${action}`,
      change: (world) => {
        statement(secret(world, 1), "Writers").Action = secretWrites.filter((call) => call !== action);
      },
      id: "P2:1",
      status: "violated",
    }),
  ),
  {
    name: "the secret has no policy",
    change: (world) => {
      resourceIn(world, arns.secret(1)).policy = null;
    },
    id: "P2:1",
    status: "violated",
  },
  {
    name: "a second secret of the vault is writable",
    change: (world) => {
      const arn = `${arns.secret(1)}2`;
      shardOf(world, 1).secretArns.push(arn);
      world.resources.push({ arn, account: b, kind: "secret", policy: null });
    },
    id: "P2:1",
    status: "violated",
  },
];

const naming = (name: string, change: (world: World) => void, sid: string, account: string = b): Case => ({
  name,
  change,
  id: `P3:${account}`,
  status: "violated",
  statement: { sid },
});

const named = (
  name: string,
  principal: unknown,
  condition?: Statement["Condition"],
  target: (world: World) => Statement[] = (world) => key(world, 1),
) =>
  naming(
    name,
    (world) => target(world).push(allow("Named", principal, "kms:DescribeKey", condition)),
    "Named",
  );

export const namingCases: readonly Case[] = [
  named("the key names the root of another shard account", arns.root(a)),
  named("the key names a bare account id", { AWS: stranger }),
  named("the key names everybody", "*"),
  named("the key names everybody of an organization", "*", {
    StringEquals: { "aws:PrincipalOrgID": "o-abc" },
  }),
  named("the key names another node's role", arns.nodeRole(2)),
  named("the pattern of role names admits every account", "*", {
    ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/ops" },
  }),
  named("a negated account leaves every other one in", "*", {
    StringNotEquals: { "aws:PrincipalAccount": a },
  }),
  named("the caller's account may be absent or anything (IfExists on another key)", "*", {
    StringEqualsIfExists: { "aws:SourceVpc": "vpc-1" },
  }),
  named("the secret names a stranger", arns.root(stranger), undefined, (world) => secret(world, 1)),
  named("the vault key names a reader who is none", arns.role(c, "reader"), undefined, (world) =>
    statementsOf(world, arns.vaultKey(1)),
  ),
  named("a service is not pinned", { Service: "cloudtrail.amazonaws.com" }),
  named(
    "a service is pinned to another account",
    { Service: "cloudtrail.amazonaws.com" },
    { StringEquals: { "aws:SourceAccount": a } },
  ),
  named(
    "a pin that may be absent is none",
    { Service: "cloudtrail.amazonaws.com" },
    { StringEqualsIfExists: { "aws:SourceAccount": b } },
  ),
  naming(
    "the node role is named on another node's key",
    (world) =>
      statement(key(world, 1), "AttestedDecrypt").Condition?.ArnEquals &&
      key(world, 1).push(
        allow("Foreign", arns.root(a), "kms:DescribeKey", {
          ArnEquals: { "aws:PrincipalArn": arns.nodeRole(0) },
        }),
      ),
    "Foreign",
  ),
  naming(
    "the node role is trusted by a role of the shard account",
    (world) => {
      principalIn(world, arns.deploy(1)).trust = trust({ AWS: arns.nodeRole(1) }, "Node");
    },
    "Node",
  ),
  naming(
    "a role trusts another account's root",
    (world) => {
      principalIn(world, arns.sealer(1)).trust = trust({ AWS: arns.root(a) }, "Foreign");
    },
    "Foreign",
  ),
  naming(
    "a role trusts a federated identity that is not of its account",
    (world) => {
      principalIn(world, arns.sealer(1)).trust = policy({
        Sid: "Web",
        Effect: "Allow",
        Principal: { Federated: "accounts.google.com" },
        Action: "sts:AssumeRoleWithWebIdentity",
      });
    },
    "Web",
  ),
  naming(
    "a bucket names a stranger",
    (world) =>
      world.resources.push({
        arn: "arn:aws:s3:::bucket-b",
        account: b,
        kind: "bucket",
        policy: policy(allow("Read", arns.root(stranger), "s3:GetObject")),
      }),
    "Read",
  ),
  naming(
    "a repository names everybody",
    (world) =>
      world.resources.push({
        arn: `arn:aws:ecr:eu-central-1:${b}:repository/wallet`,
        account: b,
        kind: "repository",
        policy: policy({ Sid: "Pull", Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }),
      }),
    "Pull",
  ),
];

const ci = arns.role(stranger, "ci");

export const partyCases: readonly Case[] = [
  {
    name: "one runner is trusted by the deploy role of two accounts, whose key policies they may rewrite",
    change: (world) => {
      addPrincipal(
        world,
        ci,
        trust({ Service: "ec2.amazonaws.com" }),
        grantTo("assume", "sts:AssumeRole", "*"),
      );
      for (const node of [1, 2] as const)
        principalIn(world, arns.keyAdmin(node)).trust = trust({ AWS: ci }, `Runner${node}`);
    },
    id: `P4:principal:${ci}`,
    status: "violated",
    statement: { sid: "Runner1", document: "trust" },
  },
  {
    name: "a party administers two shard accounts",
    change: (world) => void world.parties[1]?.accounts.push(c),
    id: "P4:actor-b",
    status: "violated",
    statement: { sid: "KeyAdmin" },
  },
  {
    name: "the admin of B may assume the key admin of C",
    change: (world) => {
      principalIn(world, arns.keyAdmin(2)).trust = trust({ AWS: arns.deploy(1) }, "Neighbour");
    },
    id: "P4:actor-b",
    status: "violated",
    statement: { sid: "Neighbour", document: "trust" },
  },
  {
    name: "an account that nobody administers reaches two",
    change: (world) => {
      world.accounts.push({ id: stranger, organization: null });
      key(world, 1).push(allow("Far", arns.root(stranger), "kms:PutKeyPolicy"));
      key(world, 2).push(allow("Far", arns.root(stranger), "kms:PutKeyPolicy"));
    },
    id: `P4:account:${stranger}`,
    status: "violated",
    statement: { sid: "Far" },
  },
  {
    name: "an organization holds two shard accounts",
    change: (world) => {
      for (const account of world.accounts.slice(0, 2))
        account.organization = { id: "o-abc", managementAccount: management };
    },
    id: "P4:organization:o-abc",
    status: "violated",
  },
  {
    name: "a listed management account that nobody administers",
    change: (world) => {
      for (const account of world.accounts.slice(0, 2))
        account.organization = { id: "o-abc", managementAccount: management };
      world.accounts.push({ id: management, organization: { id: "o-abc", managementAccount: management } });
    },
    id: `P4:account:${management}`,
    status: "violated",
  },
  {
    name: "the organization's own policies do not bind who can detach them",
    change: (world) => {
      for (const account of world.accounts)
        account.organization = { id: "o-abc", managementAccount: management };
      for (const { id } of world.accounts)
        world.organizationPolicies.push({
          target: id,
          kind: "scp",
          document: policy({ Sid: "Guard", Effect: "Deny", Action: "kms:*", Resource: "*" }),
        });
    },
    id: "P4:organization:o-abc",
    status: "violated",
  },
  {
    name: "one party holds the emergency recovery key and the backup",
    change: (world) => void world.parties[0]?.holds.push("ers-key"),
    id: "P4:actor-a",
    status: "violated",
    finding: /emergency recovery key/,
  },
  {
    name: "the grantee of grants on two keys, whatever they permit",
    change: (world) => {
      for (const node of [1, 2] as const)
        resourceIn(world, arns.key(node)).grants = [
          { id: `g${node}`, granteePrincipal: arns.deploy(0), operations: ["DescribeKey"] },
        ];
    },
    id: "P4:actor-a",
    status: "violated",
    statement: { document: "grant:g1" },
  },
  {
    name: "two principals of one party encrypt under a key and write its secret",
    change: (world) => {
      key(world, 1).push(allow("Encrypt", arns.deploy(0), "kms:Encrypt"));
      statement(secret(world, 1), "Writers").Condition = {
        ArnNotEquals: { "aws:PrincipalArn": [arns.sealer(1), arns.keyAdmin(1), arns.keyAdmin(0)] },
      };
      secret(world, 1).push(allow("Plant", arns.keyAdmin(0), "secretsmanager:PutSecretValue"));
      principalIn(world, arns.keyAdmin(0)).identity.push(grantTo("plant", "secretsmanager:*", "*"));
    },
    id: "P4:actor-a",
    status: "violated",
    statement: { sid: "Encrypt" },
    finding: /plant/,
  },
  {
    name: "editing a role's trust counts as assuming it",
    change: (world) => {
      addRole(world, b, "helper", grantTo("trust", "iam:UpdateAssumeRolePolicy", "*"));
      principalIn(world, arns.keyAdmin(2)).trust = trust({ AWS: arns.keyAdmin(1) }, "Chain");
    },
    id: `P4:principal:${arns.role(b, "helper")}`,
    status: "violated",
    statement: { document: "identity:trust" },
  },
  {
    name: "editing one's own policies counts as holding everything",
    change: (world) => {
      addRole(world, b, "helper", grantTo("self", "iam:PutRolePolicy", arns.role(b, "helper")));
      principalIn(world, arns.keyAdmin(1)).trust = trust({ AWS: arns.root(b) });
      principalIn(world, arns.keyAdmin(2)).trust = trust({ AWS: arns.role(b, "helper") }, "Chain");
    },
    id: `P4:principal:${arns.role(b, "helper")}`,
    status: "violated",
    statement: { document: "identity:self" },
  },
  {
    name: "a role is passed to an instance of one's own",
    change: (world) => {
      const carrier = addPrincipal(
        world,
        arns.role(b, "carrier"),
        trust({ Service: "ec2.amazonaws.com" }),
        grantTo("all", ["sts:AssumeRole", "kms:*"], "*"),
      );
      for (const node of [1, 2] as const)
        principalIn(world, arns.keyAdmin(node)).trust = trust({ AWS: carrier }, "Carrier");
      addRole(
        world,
        b,
        "starter",
        grantTo("pass", "iam:PassRole", carrier, {
          StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" },
        }),
        grantTo("start", "ec2:RunInstances", "*"),
      );
    },
    id: `P4:principal:${arns.role(b, "starter")}`,
    status: "violated",
    statement: { document: "identity:pass" },
  },
  {
    name: "code runs on compute whose role reaches two",
    change: (world) => {
      const carrier = addPrincipal(
        world,
        arns.role(b, "carrier"),
        trust({ Service: "lambda.amazonaws.com" }),
        grantTo("all", ["sts:AssumeRole", "kms:*"], "*"),
      );
      for (const node of [1, 2] as const)
        principalIn(world, arns.keyAdmin(node)).trust = trust({ AWS: carrier }, "Carrier");
      const arn = `arn:aws:lambda:eu-central-1:${b}:function:job`;
      world.resources.push({ arn, account: b, kind: "compute", service: "lambda", roleArn: carrier });
      addRole(world, b, "coder", grantTo("code", "lambda:UpdateFunctionCode", arn));
    },
    id: `P4:principal:${arns.role(b, "coder")}`,
    status: "violated",
    statement: { document: "identity:code" },
  },
];

export const nodeCases: readonly Case[] = [
  {
    name: "the pinned measurement is not the policy's",
    change: (world) => {
      shardOf(world, 1).pcrs["0"] = ["c3".repeat(48)];
    },
    id: "P5:1",
    status: "violated",
  },
  {
    name: "one of two accepted measurements is not in the policy",
    change: (world) => void shardOf(world, 1).pcrs["0"]?.push("c3".repeat(48)),
    id: "P5:1",
    status: "violated",
  },
  {
    name: "the node role has no right on its side",
    change: (world) => {
      principalIn(world, arns.nodeRole(1)).identity = [];
    },
    id: "P5:1",
    status: "violated",
  },
  {
    name: "a boundary takes the node's right away",
    change: (world) => {
      principalIn(world, arns.nodeRole(1)).boundary = grantTo("x", "s3:*", "*").document;
    },
    id: "P5:1",
    status: "violated",
  },
  {
    name: "the vault key asks for an attestation that Secrets Manager cannot carry",
    change: (world) => {
      statementsOf(world, arns.vaultKey(1)).push(
        deny("Attested", "kms:Decrypt", { Null: { "kms:RecipientAttestation:PCR0": "true" } }),
      );
    },
    id: "P5:1",
    status: "violated",
  },
  {
    name: "the secret's policy forgets the node",
    change: (world) => without(secret(world, 1), "Node"),
    id: "P5:1",
    status: "violated",
  },
  {
    name: "a service control policy takes the node's right away",
    change: (world) =>
      void world.organizationPolicies.push({
        target: a,
        kind: "scp",
        document: policy({ Sid: "NoKms", Effect: "Deny", Action: "kms:Decrypt", Resource: "*" }),
      }),
    id: "P5:2",
    status: "violated",
  },
  {
    name: "a listed role sends commands to a host",
    change: (world) => void addRole(world, a, "ops", grantTo("ssm", "ssm:SendCommand", arns.host(1))),
    id: "P7:1",
    status: "violated",
    statement: { document: "identity:ssm" },
  },
  {
    name: "a listed role passes the node role to an instance of its own",
    change: (world) =>
      void addRole(world, a, "ops", grantTo("pass", ["iam:PassRole", "ec2:RunInstances"], "*")),
    id: "P7:1",
    status: "violated",
    statement: { document: "identity:pass" },
  },
  {
    name: "the node role trusts somebody else too",
    change: (world) => {
      principalIn(world, arns.nodeRole(1)).trust = policy(
        ...trust({ Service: "ec2.amazonaws.com" }).Statement,
        ...trust({ AWS: arns.sealer(0) }, "Debug").Statement,
      );
    },
    id: "P7:1",
    status: "violated",
    statement: { sid: "Debug", document: "trust" },
  },
  {
    name: "a listed role rewrites who may assume the node role",
    change: (world) =>
      void addRole(world, a, "ops", grantTo("iam", "iam:UpdateAssumeRolePolicy", arns.nodeRole(2))),
    id: "P7:2",
    status: "violated",
    statement: { document: "identity:iam" },
  },
];

export const worldCases: readonly Case[] = [
  {
    name: "the key is not listed",
    change: (world) => {
      world.resources = world.resources.filter(({ arn }) => arn !== arns.key(1));
    },
    id: "P1:1",
    status: "violated",
    finding: /not among the resources/,
  },
  {
    name: "two shards have one key",
    change: (world) => {
      shardOf(world, 2).keyArn = arns.key(1);
    },
    id: "P1:2",
    status: "violated",
    finding: /one key/,
  },
  {
    name: "two shards have one account",
    change: (world) => {
      shardOf(world, 2).account = b;
    },
    id: `P3:${b}`,
    status: "violated",
    finding: /nodes 1 and 2/,
  },
  {
    name: "there are two shards",
    change: (world) => void world.shards.pop(),
    id: "P5:2",
    status: "violated",
    finding: /fewer than 3/,
  },
  {
    name: "a measurement is all zeros",
    change: (world) => void shardOf(world, 0).pcrs["0"]?.push("0".repeat(96)),
    id: "P1:0",
    status: "violated",
    finding: /zeros/,
  },
  {
    name: "a list of measurements is empty",
    change: (world) => {
      shardOf(world, 0).pcrs["3"] = [];
    },
    id: "P1:0",
    status: "violated",
    finding: /empty/,
  },
  {
    name: "no measurement is pinned",
    change: (world) => {
      shardOf(world, 0).pcrs = {};
    },
    id: "P1:0",
    status: "violated",
    finding: /no pinned/,
  },
];

export const undecidedCases: readonly Case[] = [
  {
    name: "whether the key is multi-Region is not told",
    change: (world) => void delete resourceIn(world, arns.key(0)).multiRegion,
    id: "P2:0",
    status: "undecided",
  },
  {
    name: "the key's origin is not told",
    change: (world) => void delete resourceIn(world, arns.key(0)).origin,
    id: "P2:0",
    status: "undecided",
  },
  {
    name: "a Deny has an operator that nobody knows",
    change: (world) => {
      statement(key(world, 1), "DenySideDoors").Condition = { StringNotEqual: { "aws:PrincipalArn": "x" } };
      key(world, 1).push(allow("Grant", arns.keyAdmin(1), "kms:CreateGrant"));
    },
    id: "P2:1",
    status: "undecided",
  },
  {
    name: "an Allow has a condition key that nobody knows",
    change: (world) =>
      key(world, 1).push(
        allow("Odd", arns.deploy(1), "kms:PutKeyPolicy", {
          StringEquals: { "kms:RecipientAttestation:PCR00": "x" },
        }),
      ),
    id: "P2:1",
    status: "undecided",
  },
  {
    name: "an Allow depends on the tag of a listed resource",
    change: (world) =>
      key(world, 1).push(
        allow("Tagged", arns.deploy(1), "kms:PutKeyPolicy", {
          StringEquals: { "aws:ResourceTag/open": "yes" },
        }),
      ),
    id: "P2:1",
    status: "undecided",
  },
  {
    name: "a policy cannot be read",
    change: (world) => {
      resourceIn(world, arns.secret(2)).policy = {
        Version: "2012-10-17",
        Statement: [{ Effect: "allow" }],
      };
    },
    id: "P3:333333333333",
    status: "undecided",
  },
  {
    name: "the node role is not listed",
    change: (world) => {
      world.principals = world.principals.filter(({ arn }) => arn !== arns.nodeRole(1));
    },
    id: "P5:1",
    status: "undecided",
  },
];
