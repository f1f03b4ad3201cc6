import type { Statement } from "../../isolation/policy.ts";
import {
  withPolicy,
  withPrincipal,
  withResource,
  withRight,
  withStatements,
} from "../../isolation/seeding.ts";
import type { ListedPrincipal, Shard, World } from "../../isolation/world.ts";

type Change = (world: World) => World;

const onEveryShard =
  (change: (world: World, shard: Shard) => World): Change =>
  (world) =>
    world.shards.reduce(change, world);
const add =
  (...more: Statement[]) =>
  (statements: readonly Statement[]) => [...statements, ...more];
const role = (world: World, ending: string) =>
  world.principals.find(({ arn }) => arn.endsWith(ending))?.arn ?? ending;
const listed = (arn: string, more: Partial<ListedPrincipal> = {}): ListedPrincipal => ({
  arn,
  kind: "user",
  identity: [],
  ...more,
});
const wallet = "111111111111";
const root = (account: string) => `arn:aws:iam::${account}:root`;
const roleIn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const trustOf = (principal: Statement["Principal"]) =>
  withStatements(undefined, () => [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }]);

/** Changes that touch what the proof reads and give nobody a second shard. */
export const harmless: Readonly<Record<string, Change>> = {
  "statements come in another order": onEveryShard((world, { keyArn }) =>
    withPolicy(world, keyArn, (statements) => [...statements].reverse()),
  ),
  "actions are written in lower case": onEveryShard((world, { keyArn }) =>
    withPolicy(world, keyArn, (statements) =>
      statements.map((one) => ({
        ...one,
        Action: [one.Action ?? []].flat().map((call) => call.toLowerCase()),
      })),
    ),
  ),
  "the account is named by its bare id": onEveryShard((world, { keyArn, account }) =>
    withPolicy(world, keyArn, (statements) =>
      statements.map((one) => (one.Sid === "Root" ? { ...one, Principal: { AWS: account } } : one)),
    ),
  ),
  "statements have no names": onEveryShard((world, { keyArn }) =>
    withPolicy(world, keyArn, (statements) => statements.map(({ Sid: _, ...one }) => one)),
  ),
  "the account may also list a key's tags": onEveryShard((world, { keyArn, account }) =>
    withPolicy(
      world,
      keyArn,
      add({
        Effect: "Allow",
        Principal: { AWS: root(account) },
        Action: "kms:ListResourceTags",
        Resource: "*",
      }),
    ),
  ),
  "another Deny is added": onEveryShard((world, { keyArn }) =>
    withPolicy(world, keyArn, add({ Effect: "Deny", Principal: "*", Action: "kms:Encrypt", Resource: "*" })),
  ),
  "a call is denied without TLS": onEveryShard((world, { keyArn }) =>
    withPolicy(
      world,
      keyArn,
      add({
        Effect: "Deny",
        Principal: "*",
        Action: "kms:*",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ),
  ),
  "a second measurement is accepted during an upgrade": (world) => {
    const next = "ab".repeat(48);
    const text = JSON.stringify(world).replaceAll(
      `"kms:RecipientAttestation:PCR0":["${world.shards[0]?.pcrs["0"]?.[0]}"]`,
      `"kms:RecipientAttestation:PCR0":["${world.shards[0]?.pcrs["0"]?.[0]}","${next}"]`,
    );
    const changed = JSON.parse(text) as World;
    return {
      ...changed,
      shards: changed.shards.map((one) => ({
        ...one,
        pcrs: { ...one.pcrs, "0": [...(one.pcrs["0"] ?? []), next] },
      })),
    };
  },
  "PCR0 goes by its other name": (world) =>
    JSON.parse(
      JSON.stringify(world).replaceAll("RecipientAttestation:PCR0", "RecipientAttestation:ImageSha384"),
    ) as World,
  "measurements are upper case in the policies": (world) => {
    const [measured = ""] = world.shards[0]?.pcrs["0"] ?? [];
    const text = JSON.stringify({ ...world, shards: [] }).replaceAll(measured, measured.toUpperCase());
    return { ...(JSON.parse(text) as World), shards: world.shards };
  },
  "another bucket is there": (world) => ({
    ...world,
    resources: [
      ...world.resources,
      { arn: "arn:aws:s3:::reports", account: wallet, kind: "bucket", policy: null },
    ],
  }),
  "another key is there, for its own account": (world) => ({
    ...world,
    resources: [
      ...world.resources,
      {
        arn: `arn:aws:kms:us-east-2:${wallet}:key/reports`,
        account: wallet,
        kind: "kms-key",
        policy: withStatements(undefined, () => [
          { Effect: "Allow", Principal: { AWS: root(wallet) }, Action: "kms:*", Resource: "*" },
        ]),
      },
    ],
  }),
  "a repository that its account pulls from has a policy": (world) => ({
    ...world,
    resources: world.resources.map((one) =>
      one.kind === "repository"
        ? {
            ...one,
            policy: withStatements(undefined, () => [
              { Effect: "Allow", Principal: { AWS: root(wallet) }, Action: "ecr:BatchGetImage" },
            ]),
          }
        : one,
    ),
  }),
  "a service pinned to the account writes to a bucket": (world) =>
    withPolicy(world, "arn:aws:s3:::customer-testnet-backups-111111111111", (statements) => [
      ...statements,
      {
        Effect: "Allow",
        Principal: { Service: "backup.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::customer-testnet-backups-111111111111/*",
        Condition: { StringEquals: { "aws:SourceAccount": wallet } },
      },
    ]),
  "an organization is limited to itself by a condition on the account": (world) =>
    withPolicy(world, "arn:aws:s3:::customer-testnet-backups-111111111111", (statements) => [
      ...statements,
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": wallet } },
      },
    ]),
  "a user without any right is there": (world) => ({
    ...world,
    principals: [...world.principals, listed("arn:aws:iam::222222222222:user/intern")],
  }),
  "a role for a reporting function is there": (world) => ({
    ...world,
    principals: [
      ...world.principals,
      listed(roleIn(wallet, "reports"), {
        kind: "role",
        trust: trustOf({ Service: "lambda.amazonaws.com" }),
      }),
    ],
  }),
  "an administrator is there twice": (world) => ({
    ...world,
    parties: world.parties.map((one) =>
      one.id === "actor-b"
        ? { ...one, principals: [...one.principals, "arn:aws:iam::222222222222:user/second"] }
        : one,
    ),
  }),
  "somebody is a party without anything": (world) => ({
    ...world,
    parties: [...world.parties, { id: "monitoring", principals: [], accounts: [], holds: [] }],
  }),
  "a party administers an account without a shard": (world) => ({
    ...world,
    accounts: [...world.accounts, { id: "555555555555", organization: null }],
    parties: world.parties.map((one) =>
      one.id === "actor-a" ? { ...one, accounts: [...one.accounts, "555555555555"] } : one,
    ),
  }),
  "one account is in an organization": (world) => ({
    ...world,
    accounts: world.accounts.map((one, index) =>
      index === 0 ? { ...one, organization: { id: "o-alone", managementAccount: "666666666666" } } : one,
    ),
  }),
  "every account is in an organization of its own": (world) => ({
    ...world,
    accounts: world.accounts.map((one, index) => ({
      ...one,
      organization: { id: `o-${index}`, managementAccount: `66666666666${index}` },
    })),
  }),
  "an organization's policy denies what nobody does": (world) => ({
    ...world,
    organizationPolicies: [
      {
        target: wallet,
        kind: "scp",
        document: withStatements(undefined, () => [
          { Effect: "Deny", Action: "organizations:LeaveOrganization", Resource: "*" },
        ]),
      },
    ],
  }),
  "a role has a boundary": (world) =>
    withPrincipal(world, role(world, "wallet-task"), (one) => ({
      ...one,
      boundary: withStatements(undefined, () => [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]),
    })),
  "a role has tags": (world) =>
    withPrincipal(world, role(world, "nitroRole1"), (one) => ({ ...one, tags: { team: "vault" } })),
  "a task may write a metric": (world) =>
    withRight(world, role(world, "wallet-task"), ["cloudwatch:PutMetricData"]),
  "a task may read a bucket": (world) => withRight(world, role(world, "wallet-task"), ["s3:GetObject"]),
  "the verifier may read more": (world) =>
    withRight(world, role(world, "testnet-verifier"), ["ec2:DescribeImages", "iam:GetGroup"]),
  "the break-glass role may look at its key": (world) =>
    withRight(world, role(world, "policy-node2-break-glass"), ["kms:DescribeKey"]),
  "the sealing role may list secrets": (world) =>
    withRight(world, role(world, "policy-node1-sealing"), ["secretsmanager:ListSecrets"]),
  "a grant on a key of no shard is given to a service's role": (world) =>
    withResource(world, `arn:aws:kms:us-east-2:${wallet}:key/not-yet-made-databases`, (one) => ({
      ...one,
      grants: [{ id: "rds", granteePrincipal: "rds.us-east-2.amazonaws.com", operations: ["Decrypt"] }],
    })),
  "an account's host runs another task": (world) => ({
    ...world,
    resources: [
      ...world.resources,
      {
        arn: `arn:aws:ecs:us-east-2:${wallet}:task/customer-testnet/report`,
        account: wallet,
        kind: "compute",
        service: "ecs",
        roleArn: role(world, "wallet-task"),
      },
    ],
  }),
};
