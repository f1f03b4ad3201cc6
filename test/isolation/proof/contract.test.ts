import { describe, expect, test } from "vitest";
import { accept } from "../../../isolation/proof/acceptance.ts";
import { enumerate } from "../../../isolation/proof/prove.ts";
import { keyContract } from "./contract-cases-keys.ts";
import { partyContract } from "./contract-cases-parties.ts";
import { hostContract, namingContract, worldContract } from "./contract-cases-worlds.ts";
import { contractWorld } from "./contract-world.ts";

describe.each([
  ["P1, P2 and P5", keyContract],
  ["P3", namingContract],
  ["P4", partyContract],
  ["P7", hostContract],
  ["what is never proven or accepted", worldContract],
])("%s", (_, cases) => {
  test.each([...cases])("$name", ({ change, not }) => {
    const world = contractWorld();
    change(world);
    const found = enumerate(world)
      .map((one) => accept(world, one))
      .filter(({ status }) => status !== "holds");
    expect(Object.fromEntries(found.map(({ id, status }) => [id, status]))).toEqual(
      typeof not === "function" ? not(world) : not,
    );
  });
});
