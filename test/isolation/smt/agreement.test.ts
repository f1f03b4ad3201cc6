import { expect, test } from "vitest";
import { enumerate } from "../../../isolation/proof/prove.ts";
import { smtQuestions } from "../../../isolation/smt/questions.ts";
import { solve } from "../../../isolation/smt/solver.ts";
import { harmless } from "../proof/harmless.ts";
import { keyCases, namingCases, partyCases, undecidedCases, worldCases } from "../proof/violations.ts";
import { provenWorld } from "../proof/worlds.ts";

const worlds = [...harmless, ...keyCases, ...namingCases, ...partyCases, ...worldCases, ...undecidedCases];

test.each(worlds)("solver and enumeration agree when $name", async ({ change }) => {
  const world = provenWorld();
  change(world);
  const statuses = new Map(enumerate(world).map(({ id, status }) => [id, status]));
  const answers = await solve(smtQuestions(world));
  const told = answers.map(({ id, result }) => [id, result]);
  expect(told).toEqual(told.map(([id = ""]) => [id, statuses.get(id) === "holds" ? "unsat" : "sat"]));
});
