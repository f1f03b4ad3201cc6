import { describe, expect, test } from "vitest";
import { enumerate } from "../../../isolation/proof/prove.ts";
import type { Obligation } from "../../../isolation/proof/result.ts";
import { obligationForm } from "./answer-form.ts";
import {
  type Case,
  keyCases,
  namingCases,
  nodeCases,
  partyCases,
  undecidedCases,
  worldCases,
} from "./violations.ts";
import { provenWorld } from "./worlds.ts";

function found({ change, id }: Case) {
  const world = provenWorld();
  change(world);
  const obligation = enumerate(world).find((one) => one.id === id);
  if (obligation === undefined) throw new Error(`the world has no obligation ${id}`);
  return obligation;
}

test("the world that the cases change is proven", () => {
  expect(enumerate(provenWorld()).filter(({ status }) => status !== "holds")).toEqual([]);
});

describe.each([
  ["P1 and P2", keyCases],
  ["P3", namingCases],
  ["P4", partyCases],
  ["P5 and P7", nodeCases],
  ["what is never proven", worldCases],
  ["what is not known", undecidedCases],
])("%s", (_, cases) => {
  test.each(cases)("$id is broken when $name", (one) => {
    const { status, witness } = obligationForm.parse(found(one)) as Obligation;
    expect(status).toBe(one.status);
    if (one.statement !== undefined)
      expect(witness?.statements).toContainEqual(expect.objectContaining(one.statement));
    if (one.finding !== undefined) expect(witness?.finding).toMatch(one.finding);
  });
});
