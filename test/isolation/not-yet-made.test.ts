import { describe, expect, test } from "vitest";
import { shardsNotYetMade, withheld, withPlanned } from "../../isolation/not-yet-made.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import type { World } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { fixtureDeployment, fixtureModel } from "./fixture.ts";

const planned = worldOf(fixtureModel(), fixtureDeployment);
const account = "222222222222";
/** As an account is read that has its roles and nothing else yet. */
const halfBuilt: World = {
  ...planned,
  resources: planned.resources.filter((one) => one.account !== account),
};
const missing = shardsNotYetMade(halfBuilt, new Set([account]));

function broken(world: World): readonly string[] {
  const { obligations } = withheld({ verdict: "proven", obligations: enumerate(world) }, missing);
  return obligations.flatMap(({ id, status }) => (status === "holds" ? [] : [`${id} ${status}`]));
}

describe("a shard whose key is not made yet", () => {
  test("is one of an account that was read, whose key has no id", () => {
    expect(missing.map(({ node }) => node)).toEqual([1]);
    const made = {
      ...halfBuilt,
      shards: halfBuilt.shards.map((one) => ({
        ...one,
        keyArn: one.keyArn.replace(/not-yet-made-.*/, "5ebc578e"),
      })),
    };
    expect(shardsNotYetMade(made, new Set([account]))).toEqual([]);
  });

  test("violates nothing, leaves what is said of the others, and is never proven", () => {
    expect(broken(withPlanned(halfBuilt, planned, missing))).toEqual([
      "P1:1 undecided",
      "P2:1 undecided",
      "P5:1 undecided",
    ]);
    expect(withheld({ verdict: "proven", obligations: [] }, missing).verdict).toBe("undecided");
  });

  test("hides no violation of another shard", () => {
    const open = {
      ...halfBuilt,
      resources: halfBuilt.resources.filter(({ arn }) => arn !== planned.shards[0]?.keyArn),
    };
    expect(broken(withPlanned(open, planned, missing))).toContain("P1:0 violated");
    expect(withheld({ verdict: "violated", obligations: [] }, missing).verdict).toBe("violated");
  });
});
