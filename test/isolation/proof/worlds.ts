import type { World } from "../../../isolation/world.ts";

export const accounts = ["111111111111", "222222222222", "333333333333"] as const;
export const stranger = "999999999999";
export const management = "888888888888";

export type Node = 0 | 1 | 2;

export const arns = {
  role: (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`,
  root: (account: string) => `arn:aws:iam::${account}:root`,
  key: (node: Node) => `arn:aws:kms:eu-central-1:${accounts[node]}:key/sealing-${node}`,
  vaultKey: (node: Node) => `arn:aws:kms:eu-central-1:${accounts[node]}:key/vault-${node}`,
  secret: (node: Node) =>
    `arn:aws:secretsmanager:eu-central-1:${accounts[node]}:secret:password-${node}-AbCdEf`,
  nodeRole: (node: Node) => `arn:aws:iam::${accounts[0]}:role/node-${node}`,
  keyAdmin: (node: Node) => `arn:aws:iam::${accounts[node]}:role/key-admin-${node}`,
  sealer: (node: Node) => `arn:aws:iam::${accounts[node]}:role/sealer-${node}`,
  deploy: (node: Node) => `arn:aws:iam::${accounts[node]}:role/deploy-${node}`,
  verifier: (node: Node) => `arn:aws:iam::${accounts[node]}:role/verifier-${node}`,
  host: (node: Node) => `arn:aws:ec2:eu-central-1:${accounts[0]}:instance/i-${node}`,
};

export const pcr0 = "a1".repeat(48);
export const pcr3 = (node: Node) => `b${node}`.repeat(48);

export type Statement = {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
};

export type Document = { Version: string; Statement: Statement[] };

export function policy(...statements: Statement[]): Document {
  return { Version: "2012-10-17", Statement: statements };
}

/** A Deny to everybody, or an Allow on every resource, in short. */
export function deny(Sid: string, Action: string | string[], Condition?: Statement["Condition"]): Statement {
  return { Sid, Effect: "Deny", Principal: "*", Action, Resource: "*", ...(Condition ? { Condition } : {}) };
}

export function allow(
  Sid: string,
  principal: unknown,
  Action: string | string[],
  Condition?: Statement["Condition"],
): Statement {
  const Principal = typeof principal === "string" && principal !== "*" ? { AWS: principal } : principal;
  return { Sid, Effect: "Allow", Principal, Action, Resource: "*", ...(Condition ? { Condition } : {}) };
}

// Lists of their own, not the proof's: a call that the proof forgets has to fail a case here.
export const plaintextCalls = [
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:DeriveSharedSecret",
];
export const secretWrites = [
  "secretsmanager:PutSecretValue",
  "secretsmanager:UpdateSecret",
  "secretsmanager:PutResourcePolicy",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:RotateSecret",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:UpdateSecretVersionStage",
  "secretsmanager:DeleteSecret",
];

function sealingPolicy(node: Node): Document {
  return policy(
    allow("AttestedDecrypt", arns.root(accounts[0]), "kms:Decrypt", {
      ArnEquals: { "aws:PrincipalArn": arns.nodeRole(node) },
      StringEqualsIgnoreCase: {
        "kms:RecipientAttestation:PCR0": pcr0,
        "kms:RecipientAttestation:PCR3": pcr3(node),
      },
    }),
    deny("DenyUnattestedPCR0", plaintextCalls, {
      StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": pcr0 },
    }),
    deny("DenyUnattestedPCR3", plaintextCalls, {
      StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR3": pcr3(node) },
    }),
    deny("DenySideDoors", [
      "kms:ReEncrypt*",
      "kms:CreateGrant",
      "kms:ReplicateKey",
      "kms:UpdatePrimaryRegion",
      "kms:ImportKeyMaterial",
      "kms:DeleteImportedKeyMaterial",
    ]),
    allow("Seal", arns.sealer(node), "kms:GenerateDataKeyWithoutPlaintext"),
    allow("KeyAdmin", arns.keyAdmin(node), ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy"]),
    allow("Root", arns.root(accounts[node]), ["kms:Describe*", "kms:Get*", "kms:List*"]),
  );
}

function vaultPolicy(node: Node): Document {
  const through = { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" };
  return policy(
    allow("NodeReads", arns.root(accounts[0]), "kms:Decrypt", {
      ArnEquals: { "aws:PrincipalArn": arns.nodeRole(node) },
      StringEquals: through,
    }),
    allow("SealerWrites", arns.sealer(node), ["kms:Decrypt", "kms:GenerateDataKey"], {
      StringEquals: through,
    }),
  );
}

function secretPolicy(node: Node): Document {
  return policy(
    allow("Node", arns.root(accounts[0]), "secretsmanager:GetSecretValue", {
      ArnEquals: { "aws:PrincipalArn": arns.nodeRole(node) },
    }),
    deny("Writers", secretWrites, {
      ArnNotEquals: { "aws:PrincipalArn": [arns.sealer(node), arns.keyAdmin(node)] },
    }),
  );
}

export function trust(principal: Record<string, unknown>, Sid = "Trust"): Document {
  return policy({ Sid, Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" });
}

export function identity(name: string, ...statements: Statement[]) {
  return { name, document: policy(...statements) };
}

export function grantTo(
  name: string,
  Action: string | string[],
  Resource: string | string[],
  Condition?: Statement["Condition"],
) {
  return identity(name, {
    Sid: name,
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  });
}

export function role(arn: string, trusted: Document, ...policies: World["principals"][number]["identity"]) {
  return { arn, kind: "role" as const, trust: trusted, identity: policies, tags: {} };
}

/** A world of three accounts that is proven: each node's key and vault in an account of its own, all hosts in the first. */
export function provenWorld(): World {
  const nodes: Node[] = [0, 1, 2];
  const user = (node: Node) => `arn:aws:iam::${accounts[node]}:user/admin-${node}`;
  const within = (node: Node) => trust({ AWS: arns.root(accounts[node]) });
  return {
    version: 1,
    profile: "production",
    accounts: accounts.map((id) => ({ id, organization: null })),
    shards: nodes.map((node) => ({
      node,
      account: accounts[node],
      keyArn: arns.key(node),
      vaultKeyArn: arns.vaultKey(node),
      secretArns: [arns.secret(node)],
      nodeRoleArn: arns.nodeRole(node),
      pcrs: { "0": [pcr0], "3": [pcr3(node)] },
      keyAdminArns: [arns.keyAdmin(node)],
      sealerArns: [arns.sealer(node)],
      readerArns: [],
      verifierArns: [arns.verifier(node)],
      hostAdminArns: [arns.deploy(0)],
    })),
    parties: nodes.map((node) => ({
      id: `actor-${"abc"[node]}`,
      principals: [user(node), arns.deploy(node)],
      accounts: [accounts[node]],
      holds: node === 0 ? ["backup" as const] : [],
    })),
    principals: [
      ...nodes.flatMap((node) => [
        {
          arn: user(node),
          kind: "user" as const,
          identity: [grantTo("admin", "sts:AssumeRole", "*")],
          tags: {},
        },
        role(
          arns.deploy(node),
          within(node),
          grantTo("deploy", ["iam:*", "ec2:*", "ssm:*", "kms:*", "secretsmanager:*"], "*"),
        ),
        role(arns.keyAdmin(node), within(node), grantTo("key-admin", "kms:*", "*")),
        role(arns.sealer(node), within(node), grantTo("sealer", ["kms:*", "secretsmanager:*"], "*")),
        role(
          arns.verifier(node),
          within(node),
          grantTo("verify", ["kms:Get*", "kms:List*", "iam:Get*", "iam:List*"], "*"),
        ),
        role(
          arns.nodeRole(node),
          trust({ Service: "ec2.amazonaws.com" }),
          grantTo("key", "kms:Decrypt", [arns.key(node), arns.vaultKey(node)]),
          grantTo("vault", "secretsmanager:GetSecretValue", arns.secret(node)),
        ),
      ]),
    ],
    resources: [
      ...nodes.flatMap((node): World["resources"] => [
        {
          arn: arns.key(node),
          account: accounts[node],
          kind: "kms-key",
          policy: sealingPolicy(node),
          grants: [],
          multiRegion: false,
          origin: "AWS_KMS",
        },
        {
          arn: arns.vaultKey(node),
          account: accounts[node],
          kind: "kms-key",
          policy: vaultPolicy(node),
          multiRegion: false,
          origin: "AWS_KMS",
        },
        { arn: arns.secret(node), account: accounts[node], kind: "secret", policy: secretPolicy(node) },
        {
          arn: arns.host(node),
          account: accounts[0],
          kind: "compute",
          service: "ec2",
          roleArn: arns.nodeRole(node),
        },
      ]),
    ],
    organizationPolicies: [],
    acceptedRisks: [],
  };
}

export function principalIn(world: World, arn: string): World["principals"][number] {
  const found = world.principals.find((one) => one.arn === arn);
  if (found === undefined) throw new Error(`the world has no principal ${arn}`);
  return found;
}

export function resourceIn(world: World, arn: string): World["resources"][number] {
  const found = world.resources.find((one) => one.arn === arn);
  if (found === undefined) throw new Error(`the world has no resource ${arn}`);
  return found;
}

export function statementsOf(world: World, arn: string): Statement[] {
  const { policy: document } = resourceIn(world, arn) as { policy?: { Statement?: Statement[] } | null };
  if (document?.Statement === undefined) throw new Error(`${arn} has no policy`);
  return document.Statement;
}
