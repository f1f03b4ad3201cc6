import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readBack } from "../../automation/commands/verify.ts";
import { currentModel } from "../../automation/stack-context.ts";
import type { Role } from "../../automation/steps.ts";
import { escalations } from "../../isolation/escalations.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import type { World } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { openRehearsed, type Rehearsed } from "./actions/rehearsed.ts";
import { putWorld } from "./deployed-store.ts";

let rehearsed: Rehearsed;
let planned: World;

beforeAll(async () => {
  rehearsed = await openRehearsed();
  const { inputs, handoffs } = rehearsed.installation;
  const world = worldOf(await currentModel(inputs, handoffs), inputs.deployment);
  // People's own principals and the engine's state are the owners' matter; here they are not there.
  const owners = /vault-|-state/;
  planned = {
    ...world,
    principals: world.principals.filter(({ arn }) => !owners.test(arn)),
    resources: world.resources.filter(({ arn }) => !owners.test(arn)),
  };
  // Keys whose ids no hand-off tells stand in the plan under placeholders, and lie in this store under them.
  const { store } = rehearsed.rehearsal;
  const wanted = new Set(planned.resources.map(({ arn }) => arn));
  for (const type of ["aws:kms/key:Key", "aws:secretsmanager/secret:Secret"]) {
    for (const { account, arn, id } of store.list({ type }))
      if (!wanted.has(arn ?? "")) store.delete(account, type, id);
  }
});
afterAll(() => rehearsed.close());

/** What was deployed in the meantime is put back, and what was added is taken away. */
beforeEach(() => {
  const { store } = rehearsed.rehearsal;
  for (const type of [
    "aws:kms/grant:Grant",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:s3/bucketPolicy:BucketPolicy",
  ]) {
    for (const { account, id } of store.list({ type })) store.delete(account, type, id);
  }
  putWorld(store, planned);
});

/** Reads back as these roles, and proves by going through all callers. */
async function verify(...roles: Role[]) {
  const found = await readBack(rehearsed.installation, roles.length > 0 ? roles : ["auditor"], () => {});
  return { ...found, open: enumerate(found.world).filter(({ status }) => status !== "holds") };
}

describe("what is deployed", () => {
  test("is proven, and is what was planned", async () => {
    expect(await verify()).toMatchObject({ differences: [], findings: [], open: [], notRead: [] });
  });

  test("counts as planned in the accounts that an administrator does not read", async () => {
    const { open, notRead } = await verify("policy-node1-admin");
    expect(open).toEqual([]);
    expect(notRead).toEqual(["111111111111", "333333333333"]);
  });

  test("is found where somebody added a role, and where something is missing", async () => {
    const { store } = rehearsed.rehearsal;
    const [secret] = store.list({ account: "333333333333", type: "aws:secretsmanager/secret:Secret" });
    if (secret === undefined) throw new Error("The rehearsal has no secret.");
    const arn = "arn:aws:iam::222222222222:role/helper";
    const [model] = planned.principals;
    if (model === undefined) throw new Error("The world has no role.");
    putWorld(store, { ...planned, principals: [{ ...model, arn, identity: [] }], resources: [] });
    store.delete(secret.account, secret.type, secret.id);
    const { differences } = await verify();
    store.delete("222222222222", "aws:iam/role:Role", "helper");
    store.put(secret);
    expect(differences.map(({ resource, kind }) => ({ resource, kind }))).toEqual(
      expect.arrayContaining([
        { resource: arn, kind: "extra" },
        { resource: secret.arn, kind: "missing" },
      ]),
    );
  });

  test("names a principal that has been deleted", async () => {
    const { store } = rehearsed.rehearsal;
    const [shard] = planned.shards;
    const text = JSON.stringify(planned.resources.find(({ arn }) => arn === shard?.keyArn));
    const ghost = JSON.parse(text.replace(shard?.sealerArns[0] ?? "", "AROAABCDEFGHIJKLMNOPQ"));
    putWorld(store, { ...planned, principals: [], resources: [ghost] });
    const { differences } = await verify();
    expect(differences).toEqual([
      expect.objectContaining({ kind: "changed", detail: expect.stringContaining("AROAABCDEFGHIJKLMNOPQ") }),
    ]);
  });
});

const deployed = escalations.flatMap((one) =>
  one.class === "world"
    ? one.seeds.map((seed, index) => ({ row: one.row, title: one.title, seed, index }))
    : [],
);

/** Rows about who people are and what they hold are said in deployment.yaml, not deployed. */
const declared = new Set([10, 28, 29, 30, 33, 38]);

test.each(deployed.filter(({ row, index }) => !declared.has(row) || (row === 10 && index > 0)))(
  "row $row is caught once it is deployed: $title",
  async ({ seed }) => {
    const shard = planned.shards[1];
    if (shard === undefined) throw new Error("The world has no second shard.");
    putWorld(rehearsed.rehearsal.store, seed(planned, shard));
    const { open, differences } = await verify();
    expect(open.map(({ status }) => status)).toContain("violated");
    expect(differences).not.toEqual([]);
  },
);
