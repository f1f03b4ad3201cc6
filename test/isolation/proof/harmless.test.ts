import { expect, test } from "vitest";
import { enumerate } from "../../../isolation/proof/prove.ts";
import { harmless } from "./harmless.ts";
import { provenWorld } from "./worlds.ts";

test("there are thirty of them", () => expect(harmless.length).toBeGreaterThanOrEqual(30));

test.each(harmless)("nothing is found when $name", ({ change }) => {
  const world = provenWorld();
  change(world);
  expect(enumerate(world).filter(({ status }) => status !== "holds")).toEqual([]);
});
