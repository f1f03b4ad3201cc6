import { parseWorld, type World } from "../../../isolation/world.ts";

/** Three accounts with everything of their node in them, a fourth that holds none, and one that manages an organization. */
export const A = "100000000001";
export const B = "100000000002";
export const C = "100000000003";
/** Listed, without a shard. */
export const D = "100000000004";
/** Not listed. */
export const X = "100000000009";
export const shardAccounts = [A, B, C] as const;
export type Place = (typeof shardAccounts)[number];

const partition = "arn:aws";
export const role = (account: string, name: string) => `${partition}:iam::${account}:role/${name}`;
export const user = (account: string, name: string) => `${partition}:iam::${account}:user/${name}`;
export const root = (account: string) => `${partition}:iam::${account}:root`;
export const session = (account: string, name: string, own: string) =>
  `${partition}:sts::${account}:assumed-role/${name}/${own}`;
export const key = (account: string) => `${partition}:kms:eu-west-1:${account}:key/seal`;
export const vaultKey = (account: string) => `${partition}:kms:eu-west-1:${account}:key/vault`;
export const secret = (account: string, name = "password-ab12cd") =>
  `${partition}:secretsmanager:eu-west-1:${account}:secret:${name}`;
export const instance = (account: string) => `${partition}:ec2:eu-west-1:${account}:instance/i-0host`;
export const bucket = (name: string) => `${partition}:s3:::${name}`;

export const measured = "0f".repeat(48);
export const signed = (account: string) => `${account}`.repeat(8);

/** A document as AWS returns it: whatever JSON a case is about. */
export type Json = Record<string, unknown>;

export function document(...statements: readonly Json[]): Json {
  return { Version: "2012-10-17", Statement: [...statements] };
}

export function allowing(Action: unknown, Resource: unknown = "*", more: Json = {}): Json {
  return { Effect: "Allow", Action, Resource, ...more };
}

/** An Allow of a resource's policy. */
export function opening(Principal: unknown, Action: unknown, Condition?: Json, more: Json = {}): Json {
  return {
    Effect: "Allow",
    Principal,
    Action,
    Resource: "*",
    ...(Condition === undefined ? {} : { Condition }),
    ...more,
  };
}

export function denying(Action: unknown, Condition?: Json, more: Json = {}): Json {
  return { ...opening("*", Action, Condition), Effect: "Deny", ...more };
}

export function trusting(...principals: readonly unknown[]): Json {
  return document(
    ...principals.map((Principal) => ({ Effect: "Allow", Principal, Action: "sts:AssumeRole" })),
  );
}

export const identity = (name: string, ...statements: readonly Json[]) => ({
  name,
  document: document(...statements),
});

const attestation = (account: string) => ({
  "kms:RecipientAttestation:PCR0": measured,
  "kms:RecipientAttestation:PCR8": signed(account),
});

/** Writes to a secret that only the sealer and the key's administrator keep. */
export const writes = [
  "PutSecretValue",
  "UpdateSecret",
  "PutResourcePolicy",
  "DeleteResourcePolicy",
  "RotateSecret",
  "ReplicateSecretToRegions",
  "UpdateSecretVersionStage",
  "DeleteSecret",
].map((call) => `secretsmanager:${call}`);

/** Written with single values, one statement without a list, and names in odd case, as AWS returns and takes them. */
export function sealed(account: string): Json[] {
  return [
    opening({ AWS: role(account, "node") }, "KMS:decrypt", {
      StringEqualsIgnoreCase: attestation(account),
    }),
    opening({ AWS: role(account, "keyadmin") }, ["kms:PutKeyPolicy", "kms:Describe*"]),
    opening({ AWS: [account] }, "kms:GetKeyPolicy"),
  ];
}

function everythingOf(account: string, node: number): Pick<World, "principals" | "resources" | "shards"> {
  const writers = [role(account, "sealer"), role(account, "keyadmin")];
  return {
    shards: [
      {
        node,
        account,
        keyArn: key(account),
        vaultKeyArn: vaultKey(account),
        secretArns: [secret(account)],
        nodeRoleArn: role(account, "node"),
        pcrs: { "0": [measured], "8": [signed(account)] },
        keyAdminArns: [role(account, "keyadmin")],
        sealerArns: [role(account, "sealer")],
        readerArns: [],
        verifierArns: [],
        hostAdminArns: [],
      },
    ],
    principals: [
      {
        arn: role(account, "node"),
        kind: "role",
        trust: {
          Statement: {
            Effect: "Allow",
            Principal: { Service: "ec2.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        },
        identity: [identity("node", allowing(["kms:Decrypt", "secretsmanager:GetSecretValue"]))],
        tags: {},
      },
      {
        arn: role(account, "keyadmin"),
        kind: "role",
        trust: trusting({ AWS: user(account, "boss") }),
        identity: [],
        tags: {},
      },
      {
        arn: role(account, "sealer"),
        kind: "role",
        trust: trusting({ AWS: account }),
        identity: [identity("seal", allowing("secretsmanager:PutSecretValue", secret(account)))],
        tags: {},
      },
      {
        arn: user(account, "boss"),
        kind: "user",
        identity: [identity("all", allowing("*"))],
        tags: {},
      },
    ],
    resources: [
      {
        arn: key(account),
        account,
        kind: "kms-key",
        policy: document(...sealed(account)),
        grants: [],
        multiRegion: false,
        origin: "AWS_KMS",
      },
      {
        arn: vaultKey(account),
        account,
        kind: "kms-key",
        policy: document(
          opening("*", ["kms:Decrypt", "kms:GenerateDataKey"], {
            StringEquals: {
              "kms:CallerAccount": account,
              "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
            },
          }),
        ),
      },
      {
        arn: secret(account),
        account,
        kind: "secret",
        policy: document(denying(writes, { ArnNotEquals: { "aws:PrincipalArn": writers } })),
      },
      {
        arn: instance(account),
        account,
        kind: "compute",
        service: "ec2",
        roleArn: role(account, "node"),
      },
    ],
  };
}

/** A world that is proven, written by the text that says what a world file is. */
export function contractWorld(): World {
  const parts = shardAccounts.map(everythingOf);
  const parsed = parseWorld(
    JSON.parse(
      JSON.stringify({
        version: 1,
        profile: "production",
        accounts: [A, B, C, D].map((id) => ({ id, organization: null })),
        shards: parts.flatMap(({ shards }) => shards),
        parties: shardAccounts.map((id, node) => ({
          id: `keeper-${"abc"[node]}`,
          principals: [user(id, "boss")],
          accounts: [id],
          holds: [],
        })),
        principals: parts.flatMap(({ principals }) => principals),
        resources: parts.flatMap(({ resources }) => resources),
        organizationPolicies: [],
        acceptedRisks: [],
      }),
    ),
  );
  if ("problems" in parsed) throw new Error(parsed.problems.join("; "));
  return parsed.world;
}
