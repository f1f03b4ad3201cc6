import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Role } from "../../automation/steps/steps.ts";
import type { ReadBack } from "../../automation/verify/read-back.ts";
import { escalations } from "../../isolation/escalations.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import { assumptionsOf } from "../../isolation/proof/assumptions.ts";
import { ruleFindings } from "../../isolation/rules.ts";
import {
  otherShard,
  rootOf,
  type Seed,
  withPolicy,
  withPrincipal,
  withStatements,
} from "../../isolation/seeding.ts";
import type { Shard, World } from "../../isolation/world.ts";
import type { StoredObject } from "../../rehearsal/store.ts";
import { harmless } from "../isolation/harmless.ts";
import { type DeployedExample, openDeployedExample, openObligations } from "./deployed-example.ts";
import { putWorld } from "./deployed-store.ts";
import { ruleSeeds } from "./rule-seeds.ts";

/*
 * Every row of the escalation table, seeded in every account that has what it is about, planned and deployed. The golden table says how
 * often, and of what is not seeded why.
 */

let example: DeployedExample;
beforeAll(async () => {
  example = await openDeployedExample();
}, 60_000);
afterAll(() => example.close());
afterEach(() => example.restore());

const administrators: Readonly<Record<string, Role>> = {
  "111111111111": "infrastructure-admin",
  "222222222222": "policy-node1-admin",
  "333333333333": "policy-node2-admin",
};
const accounts = Object.keys(administrators);
const nodes = [0, 1, 2];
const accountsOf = ({ where }: { readonly where: string }) =>
  where === "infrastructure" ? accounts.slice(0, 1) : accounts;
const shardOf = (node: number): Shard => {
  const shard = example.planned.shards.find((one) => one.node === node);
  if (shard === undefined) throw new Error(`The example has no shard of node ${node}.`);
  return shard;
};

/** Reads back as the administrators of these accounts, each their own. */
const readAs = (ids: Iterable<string>) =>
  example.verify(...[...ids].flatMap((id) => administrators[id] ?? []));

/** Somebody has to be able to find the place: a statement, or a property in words. */
function expectWitness(world: World): void {
  const violated = openObligations(world).filter(({ status }) => status === "violated");
  expect(violated).not.toEqual([]);
  for (const { witness } of violated) {
    const places = [...(witness?.statements.map(({ on }) => on) ?? []), witness?.finding ?? ""].join("");
    expect(places).not.toBe("");
  }
}

const worldRows = escalations.flatMap(({ row, title, ...one }) =>
  one.class === "world" ? one.seeds.map((seed, index) => ({ row, title, seed, index })) : [],
);
/** Seeds of what the deployment declares: who the parties are, what they hold, which measurements count, which organization. */
const declared = new Set(["10.0", "28.0", "29.0", "33.0", "38.0"]);
const isDeclared = ({ row, index }: { readonly row: number; readonly index: number }) =>
  declared.has(`${row}.${index}`);

const plannedWorlds = worldRows.flatMap((one) => nodes.map((node) => ({ ...one, node })));

test.each(plannedWorlds)("row $row, planned, seed $index, node $node: $title", ({ seed, node }) => {
  expectWitness(seed(example.withStates, shardOf(node)));
});

const deployedWorlds = plannedWorlds.filter((one) => !isDeclared(one));

test.each(deployedWorlds)("row $row, deployed, seed $index, node $node: $title", async ({ seed, node }) => {
  const before = example.withStates;
  const seeded = seed(before, shardOf(node));
  putWorld(example.store, seeded);
  const found = await readAs(changedAccounts(before, seeded));
  expectWitness(found.world);
});

/** Where something is deployed otherwise than before. */
function changedAccounts(before: World, after: World): Set<string> {
  const texts = new Set([...before.principals, ...before.resources].map((one) => JSON.stringify(one)));
  const changed = [...after.principals, ...after.resources].filter((one) => !texts.has(JSON.stringify(one)));
  return new Set(changed.map((one) => ("account" in one ? one.account : (one.arn.split(":")[4] ?? ""))));
}

const declaredWorlds = plannedWorlds.filter(isDeclared);

describe("declared in deployment.yaml while everything is deployed as planned", () => {
  let deployed: ReadBack;
  beforeAll(async () => {
    deployed = await example.verify();
  }, 60_000);

  test.each(declaredWorlds)("row $row, seed $index, node $node: $title", ({ seed, node }) => {
    expect(deployed.world.resources).not.toEqual(example.planned.resources);
    expectWitness(seed(deployed.world, shardOf(node)));
  });
});

/** What shows only once it is deployed. */
const inTheCloud: readonly { readonly row: number; readonly title: string; readonly seed: Seed }[] = [
  {
    row: 28,
    title: "two accounts have joined one organization",
    seed: (world, shard) => {
      const members = [shard.account, otherShard(world, shard).account];
      const managementAccount = "999999999999";
      example.store.put({
        account: managementAccount,
        type: "organizations:organization",
        id: "o-seeded",
        arn: null,
        properties: { managementAccount, members },
      });
      return world;
    },
  },
  {
    row: 29,
    title: "key admins of two accounts trust one code host",
    seed: (world, shard) =>
      [shard, otherShard(world, shard)].reduce(
        (changed, { account, keyAdminArns: [arn = ""] }) =>
          withPrincipal(changed, arn, (role) => ({
            ...role,
            trust: withStatements(role.trust, (statements) => [
              ...statements,
              {
                Sid: "Seeded",
                Effect: "Allow",
                Principal: {
                  Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
                },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: {
                  StringEquals: { "token.actions.githubusercontent.com:sub": `repo:bank/${account}` },
                },
              },
            ]),
          })),
        world,
      ),
  },
  {
    row: 40,
    title: "a key has AWS's own policy again",
    seed: (world, { keyArn, account }) =>
      withPolicy(world, keyArn, () => [
        {
          Sid: "Enable IAM User Permissions",
          Effect: "Allow",
          Principal: { AWS: rootOf(account) },
          Action: "kms:*",
          Resource: "*",
        },
      ]),
  },
];
const cloudCases = inTheCloud.flatMap((one) => nodes.map((node) => ({ ...one, node })));

test.each(cloudCases)("row $row, deployed, node $node: $title", async ({ seed, node }) => {
  const { planned, store } = example;
  const shard = shardOf(node);
  putWorld(store, seed(planned, shard));
  const found = await readAs([shard.account, otherShard(planned, shard).account]);
  expect(found.differences).not.toEqual([]);
  expectWitness(found.world);
});

test("the plan of every stack, and what is deployed, break no rule", async () => {
  const parts = example.plannedParts.map(({ part }) => part);
  expect(ruleFindings({ parts, variables: [] })).toEqual([]);
  expect((await example.verify()).findings).toEqual([]);
});

const plannedRules = ruleSeeds
  .filter(({ deployedOnly }) => deployedOnly === undefined)
  .flatMap((seed) => accountsOf(seed).map((account) => ({ ...seed, account })));

test.each(plannedRules)("row $row, planned in $account: $title ($type)", (seed) => {
  const stacks = Map.groupBy(
    example.plannedParts.filter(({ account }) => account === seed.account),
    ({ part }) => part.urn.split("::")[0],
  );
  let tried = 0;
  for (const members of stacks.values()) {
    const parts = members.map(({ part }) => part);
    for (const part of parts) {
      if (part.type !== seed.type || seed.of?.(part.inputs) === false) continue;
      const changed = changedPart(part, seed);
      const found = ruleFindings({
        parts: parts.flatMap((one) => (one === part ? changed : one)),
        variables: [],
      });
      tried += 1;
      expect(found.map(({ row }) => row)).toContain(seed.row);
      expect(new Set(found.map(({ row }) => row))).toEqual(new Set([seed.row]));
    }
  }
  expect(tried).toBeGreaterThan(0);
});

/** Nothing where the seed leaves it out. */
function changedPart(part: PlannedPart, { row, change }: (typeof ruleSeeds)[number]): PlannedPart[] {
  const inputs = change(part.inputs);
  return inputs === null ? [] : [{ ...part, inputs, protect: row === 40 ? false : part.protect }];
}

const deployedRules = ruleSeeds
  .filter(({ plannedOnly }) => plannedOnly === undefined)
  .flatMap((seed) => accountsOf(seed).map((account) => ({ ...seed, account })));

test.each(deployedRules)("row $row, deployed in $account: $title ($type)", async (seed) => {
  const { store } = example;
  const found = store
    .list({ account: seed.account, type: seed.type })
    .filter(({ arn, properties }) => isOurs(arn ?? `${properties.role}`))
    .find(({ properties }) => seed.of?.(properties) !== false);
  if (found === undefined) throw new Error(`Account ${seed.account} has no ${seed.type}.`);
  const changed = seed.change(found.properties);
  if (changed === null) store.delete(found.account, found.type, found.id);
  else store.put({ ...found, properties: changed });
  const { findings } = await readAs([seed.account]);
  expect(findings).toContainEqual({
    row: seed.row,
    resource: expect.stringContaining(nameOf(found)),
    message: expect.any(String),
  });
});

/** Of roles and their policies those of the model; the stand-in has the owners' besides. */
const isOurs = (name: string) => !/role/.test(name) || /customer/.test(name);

/** What a finding names it by: the role for its policies, the bucket for its settings. */
const nameOf = ({ arn, properties }: StoredObject) =>
  arn ?? `${properties.role ?? properties.bucket ?? properties.name}`;

test("row 31, planned and at the verification: another secrets provider", async () => {
  const variable = "PULUMI_CLOUD_SECRET_OVERRIDE";
  process.env[variable] = "awskms://alias/other";
  try {
    const findings = [{ row: 31, resource: expect.stringContaining(variable), message: expect.any(String) }];
    expect(ruleFindings({ parts: [], variables: Object.keys(process.env) })).toEqual(findings);
    expect((await readAs(["222222222222"])).findings).toEqual(findings);
  } finally {
    delete process.env[variable];
  }
});

const assumed = escalations.flatMap((one) => (one.class === "assumption" ? [one] : []));

test.each(assumed)("row $row is said with every proof: $title", ({ assumption }) => {
  expect(assumptionsOf(example.planned)).toContain(assumption);
});

// The proof over the changed plan is in test/isolation; here the changes are deployed and read back.
describe.runIf(process.env.IVAULT_FULL === "1")("once it is deployed", () => {
  test.each(Object.entries(harmless))("nothing is raised when %s", async (_what, change) => {
    const changed = change(example.planned);
    putWorld(example.store, changed);
    const { world } = await example.verify();
    const { profile, shards, parties, acceptedRisks, organizationPolicies, accounts: known } = changed;
    const declaredSo = {
      ...world,
      profile,
      shards,
      parties,
      acceptedRisks,
      organizationPolicies,
      accounts: known,
    };
    expect(openObligations(declaredSo)).toEqual([]);
  });
});

test("how often each row is seeded is what the table says", async () => {
  const count = (cases: readonly { readonly row: number }[], wanted: number) =>
    cases.filter(({ row }) => row === wanted).length;
  const header = "row class      planned deployed declared what it is";
  const lines = escalations.map(({ row, title, class: its, unseen }) => {
    const planned = count(plannedWorlds, row) + count(plannedRules, row) + (row === 31 ? 1 : 0);
    const deployed = count(deployedWorlds, row) + count(cloudCases, row) + count(deployedRules, row);
    const cells = [planned, deployed, count(declaredWorlds, row)].map((one) => String(one).padStart(7));
    const seen = planned + deployed;
    if (its === "assumption") expect(seen).toBe(0);
    else expect(planned, `row ${row}`).toBeGreaterThan(0);
    if (its !== "assumption" && deployed === 0) expect(unseen, `row ${row}`).toBeDefined();
    const why = unseen === undefined ? "" : ` (no account shows it: ${unseen})`;
    return `${String(row).padStart(3)} ${its.padEnd(10)} ${cells.join(" ")} ${title}${why}`;
  });
  expect(lines).toHaveLength(40);
  await expect(`${[header, ...lines].join("\n")}\n`).toMatchFileSnapshot(
    "../golden/escalation-table.golden.txt",
  );
});
