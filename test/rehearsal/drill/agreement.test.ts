import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Statement } from "../../../isolation/policy.ts";
import { starters } from "../../../isolation/proof/starters.ts";
import { reachTable } from "../../../isolation/reach-table.ts";
import type { World } from "../../../isolation/world.ts";
import { drill } from "../../../rehearsal/drill/drill.ts";
import { starts } from "../../../rehearsal/drill/starts.ts";
import { putWorld } from "../../automation/deployed-store.ts";
import { accountA, openStandIn, putSecret, region, type TestStandIn } from "../stand-in.ts";

let standIn: TestStandIn;
beforeEach(async () => {
  standIn = await openStandIn();
  return standIn.close;
});

const roleArn = (name: string) => `arn:aws:iam::${accountA}:role/${name}`;
const attacker = roleArn("attacker");
const document = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });
const trusting = (Principal: unknown) => document({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
const allow = (Action: unknown, Resource: unknown = "*"): Statement =>
  ({ Effect: "Allow", Action, Resource }) as Statement;

interface Seed {
  /** What the attacker may do. */
  readonly can: readonly Statement[];
  /** Who alone may rewrite the key's policy; by default the role `admin`. */
  readonly admin?: string;
  /** What that role trusts besides nobody. */
  readonly trust?: unknown;
  /** Something that carries the role. */
  readonly carrier?: { readonly service: "ec2" | "ecs" | "lambda"; readonly arn: string };
}

/** One shard, one role or user that may rewrite its key's policy, and somebody with these rights. */
function seeded({ can, admin = roleArn("admin"), trust = { AWS: roleArn("nobody") }, carrier }: Seed): World {
  const keyArn = `arn:aws:kms:${region}:${accountA}:key/sealing`;
  const secretArn = putSecret(standIn.store, accountA, "password");
  const kind = admin.includes(":user/") ? ("user" as const) : ("role" as const);
  const policy = document({
    Effect: "Allow",
    Principal: { AWS: admin },
    Action: "kms:PutKeyPolicy",
    Resource: "*",
  });
  return {
    version: 1,
    profile: "production",
    accounts: [{ id: accountA, organization: null }],
    shards: [
      {
        node: 0,
        account: accountA,
        keyArn,
        vaultKeyArn: keyArn,
        secretArns: [secretArn],
        nodeRoleArn: roleArn("node"),
        pcrs: { "0": ["ab".repeat(48)] },
        keyAdminArns: [admin],
        ...{ sealerArns: [], readerArns: [], verifierArns: [], hostAdminArns: [] },
      },
    ],
    parties: [{ id: "attacker", principals: [attacker], accounts: [], holds: [] }],
    principals: [
      {
        arn: attacker,
        kind: "role",
        trust: trusting({ AWS: roleArn("nobody") }),
        identity: [{ name: "rights", document: document(...can) }],
      },
      {
        arn: admin,
        kind,
        ...(kind === "role" ? { trust: trusting(trust) } : {}),
        identity: [{ name: "own", document: document(allow("s3:GetObject")) }],
      },
    ],
    resources: [
      { arn: keyArn, account: accountA, kind: "kms-key", policy },
      { arn: secretArn, account: accountA, kind: "secret" },
      ...(carrier === undefined
        ? []
        : [{ ...carrier, account: accountA, kind: "compute" as const, roleArn: admin }]),
    ],
    organizationPolicies: [],
    acceptedRisks: [],
  };
}

/** What the proof and the drill say of the attacker. */
async function judged(world: World): Promise<{ proof: string; drill: string; by: string }> {
  putWorld(standIn.store, world);
  const [cell] = await drill({
    store: join(standIn.folder, "store"),
    region,
    plan: {
      parties: world.parties.map((party) => ({ ...party, holds: party.holds ?? [] })),
      shards: world.shards.map((shard) => ({ ...shard, encryptionContext: { node: "0" } })),
      principals: world.principals.map(({ arn }) => arn),
      compute: world.resources.flatMap(({ kind, arn, account, service, roleArn: carried }) =>
        kind === "compute" && carried !== undefined ? [{ arn, account, service, roleArn: carried }] : [],
      ),
    },
    report: () => {},
  });
  const proven = reachTable(world).find(({ party }) => party === "attacker");
  return {
    proof: proven?.status ?? "missing",
    drill: cell?.drill ?? "missing",
    by: cell?.by ?? "",
  };
}

const ec2 = {
  service: "ec2",
  arn: `arn:aws:ec2:${region}:${accountA}:instance/i-0123456789abcdef0`,
} as const;
const ecs = { service: "ecs", arn: `arn:aws:ecs:${region}:${accountA}:task/wallet/node` } as const;
const lambda = { service: "lambda", arn: `arn:aws:lambda:${region}:${accountA}:function:rotate` } as const;
/** Each takes a drill of its own; that none is forgotten is a matter of the two lists, compared below. */
const passedTo =
  process.env.IVAULT_FULL === "1"
    ? starters
    : starters.filter(({ service }) => /^(ec2|lambda|cloudformation)\./.test(service));
const user = `arn:aws:iam::${accountA}:user/admin`;

const reached: readonly (readonly [string, Seed])[] = [
  ...[
    "ssm:SendCommand",
    "ssm:StartSession",
    "ec2:ModifyInstanceAttribute",
    "ec2:CreateLaunchTemplateVersion",
  ].map((action): [string, Seed] => [action, { can: [allow(action)], carrier: ec2 }]),
  ...["ecs:ExecuteCommand", "ecs:UpdateService", "ecs:RegisterTaskDefinition"].map(
    (action): [string, Seed] => [action, { can: [allow(action)], carrier: ecs }],
  ),
  ["lambda:UpdateFunctionCode", { can: [allow("lambda:UpdateFunctionCode")], carrier: lambda }],
  ["iam:CreateAccessKey", { can: [allow("iam:CreateAccessKey")], admin: user }],
  ["iam:CreatePolicyVersion", { can: [allow("iam:CreatePolicyVersion")] }],
  ["iam:UpdateAssumeRolePolicy", { can: [allow("iam:UpdateAssumeRolePolicy")] }],
  [
    "iam:PassRole and a name of the caller's own pattern",
    {
      can: [
        allow("iam:PassRole", roleArn("admin")),
        allow("lambda:CreateFunction", `arn:aws:lambda:*:${accountA}:function:team-*`),
      ],
      trust: { Service: "lambda.amazonaws.com" },
    },
  ],
  ...passedTo.map(({ service, calls: [call = ""] }): [string, Seed] => [
    `iam:PassRole to ${service}`,
    { can: [allow(["iam:PassRole", call])], trust: { Service: service } },
  ]),
];

test.each(reached)("%s reaches the shard, for the proof and for the drill", async (_, seed) => {
  const { proof, drill: drilled, by } = await judged(seeded(seed));
  expect({ proof, drill: drilled }, by).toEqual({ proof: "reached", drill: "reached" });
});

const refused: readonly (readonly [string, Seed])[] = [
  ["code on another host", { can: [allow("ssm:SendCommand", `${ec2.arn}0`)], carrier: ec2 }],
  ["starting without passing", { can: [allow("lambda:*")], trust: { Service: "lambda.amazonaws.com" } }],
  ["passing without starting", { can: [allow("iam:*Pass*")], trust: { Service: "lambda.amazonaws.com" } }],
  ["passing to a service that is not trusted", { can: [allow(["iam:PassRole", "glue:*"])] }],
  ["credentials of a role", { can: [allow("iam:CreateAccessKey")] }],
];

test.each(refused)("%s reaches nothing, for the proof and for the drill", async (_, seed) => {
  const { proof, drill: drilled, by } = await judged(seeded(seed));
  expect({ proof, drill: drilled }, by).toEqual({ proof: "refused", drill: "refused" });
});

test("every call that the proof counts as starting something is one that the drill tries, and no other", () => {
  const tried = Object.entries(starts).flatMap(([service, calls]) =>
    Object.entries(calls).flatMap(([prefix, names]) =>
      names.split(" ").map((name) => `${service} ${prefix}:${name}`),
    ),
  );
  const counted = starters.flatMap(({ service, calls }) => calls.map((call) => `${service} ${call}`));
  expect(tried.sort()).toEqual(counted.sort());
});
