import { describe, expect, test } from "vitest";
import { escalationAssumptions } from "../../../isolation/escalation-assumptions.ts";
import { prove } from "../../../isolation/proof/prove.ts";
import type { World } from "../../../isolation/world.ts";
import {
  accounts,
  allow,
  arns,
  grantTo,
  management,
  principalIn,
  provenWorld,
  role,
  statementsOf,
  trust,
} from "./worlds.ts";

const [a, b] = accounts;

function changed(change: (world: World) => void): World {
  const world = provenWorld();
  change(world);
  return world;
}

const statusIn = async (world: World, id: string) =>
  (await prove(world)).obligations.find((one) => one.id === id)?.status;

test("a world in which everything holds is proven", async () => {
  const { verdict, obligations } = await prove(provenWorld());
  expect(verdict).toBe("proven");
  expect(obligations.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      "P1:0",
      "P2:2",
      `P3:${b}`,
      "P4:actor-b",
      `P4:principal:${arns.nodeRole(1)}`,
      "P5:1",
      "P7:2",
    ]),
  );
});

test("a violation outweighs what is undecided", async () => {
  const world = changed((one) => {
    statementsOf(one, arns.key(1)).push(allow("Far", arns.root(a), "kms:PutKeyPolicy"));
    delete one.resources[0]?.origin;
  });
  expect((await prove(world)).verdict).toBe("violated");
});

describe("five worlds of a party graph", () => {
  const trusting = (world: World, arn: string, principal: string) => {
    principalIn(world, arn).trust = trust({ AWS: principal });
  };
  test("the admin of B is trusted in the account of the hosts: the path is told", async () => {
    const world = changed((one) => trusting(one, arns.keyAdmin(0), arns.deploy(1)));
    const found = (await prove(world)).obligations.find(({ id }) => id === "P4:actor-b");
    expect(found?.status).toBe("violated");
    expect(found?.witness).toMatchObject({
      party: "actor-b",
      principal: arns.keyAdmin(0),
      action: "kms:PutKeyPolicy",
    });
    expect(found?.witness?.path.join(" ")).toContain(`${arns.deploy(1)} assumes ${arns.keyAdmin(0)}`);
  });

  test("one pipeline role is trusted by every key admin", async () => {
    const pipeline = arns.role(a, "pipeline");
    const world = changed((one) => {
      one.principals.push(
        role(pipeline, trust({ AWS: arns.root(a) }), grantTo("assume", "sts:AssumeRole", "*")),
      );
      for (const node of [0, 1, 2] as const) trusting(one, arns.keyAdmin(node), pipeline);
    });
    expect(await statusIn(world, `P4:principal:${pipeline}`)).toBe("violated");
    // Whoever administers the pipeline's account has it too.
    expect(await statusIn(world, "P4:actor-a")).toBe("violated");
  });

  test("a key gives the root of another account everything", async () => {
    const world = changed((one) => statementsOf(one, arns.key(0)).push(allow("Root", arns.root(b), "kms:*")));
    expect(await statusIn(world, "P4:actor-b")).toBe("violated");
  });

  test("a key lets the root of another account describe it: named, but not reached", async () => {
    const world = changed((one) =>
      statementsOf(one, arns.key(0)).push(allow("Root", arns.root(b), "kms:DescribeKey")),
    );
    expect(await statusIn(world, "P4:actor-b")).toBe("holds");
    expect(await statusIn(world, `P3:${a}`)).toBe("violated");
  });
});

describe("what is accepted knowingly", () => {
  const inOneOrganization = (approvedBy: string[]) =>
    changed((one) => {
      for (const account of one.accounts)
        account.organization = { id: "o-abc", managementAccount: management };
      one.acceptedRisks = [{ party: "organization:o-abc", reason: "one organization", approvedBy }];
    });

  test("a risk that every administrator of a shard account approved", async () => {
    const { verdict, obligations, assumptions } = await prove(
      inOneOrganization(["actor-a", "actor-b", "actor-c"]),
    );
    expect(verdict).toBe("proven");
    const accepted = obligations.find(({ id }) => id === "P4:organization:o-abc");
    expect(accepted).toMatchObject({ status: "accepted", witness: { party: "organization:o-abc" } });
    expect(assumptions[0]).toContain("one organization");
  });

  test("a risk that one of them did not approve stays a violation", async () => {
    expect((await prove(inOneOrganization(["actor-a", "actor-b"]))).verdict).toBe("violated");
  });

  test("an account that nobody administers has nobody to approve for it", async () => {
    const world = inOneOrganization(["actor-a", "actor-b", "actor-c"]);
    const last = world.parties[2];
    if (last !== undefined) last.accounts = [];
    expect(await statusIn(world, "P4:organization:o-abc")).toBe("violated");
  });

  test("in a sandbox one administrator reaches all shards, and the first assumption says so", async () => {
    const world = changed((one) => {
      one.profile = "sandbox";
      one.parties[0]?.accounts.push(b);
    });
    const { verdict, obligations, assumptions } = await prove(world);
    expect(verdict).toBe("proven");
    expect(assumptions[0]).toBe("sandbox grade: one administrator reaches all shards");
    const kinds = obligations.filter(({ id }) => /^P[34]:/.test(id)).map(({ status }) => status);
    expect(new Set(kinds)).toEqual(new Set(["accepted"]));
  });

  test("a sandbox may accept debug enclaves and have fewer shards", async () => {
    const world = changed((one) => {
      one.profile = "sandbox";
      one.shards = one.shards.slice(0, 1);
    });
    expect((await prove(world)).verdict).toBe("proven");
  });
});

test("every assumption that no policy shows is told", async () => {
  const { assumptions } = await prove(provenWorld());
  expect(assumptions[0]).toMatch(/^account A configures all three enclaves/);
  expect(assumptions).toEqual(expect.arrayContaining(Object.values(escalationAssumptions)));
});
