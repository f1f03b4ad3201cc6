import { expect, test } from "vitest";
import { smtQuestions } from "../../../isolation/smt/questions.ts";
import { solve } from "../../../isolation/smt/solver.ts";
import { literal } from "../../../isolation/smt/terms.ts";
import { provenWorld } from "../proof/worlds.ts";

const questions = smtQuestions(provenWorld());

test("there is a text for P1 and P2 of each node and P3 of each account", () => {
  expect(questions.map(({ id }) => id)).toEqual([
    ...["P1:0", "P1:1", "P1:2", "P2:0", "P2:1", "P2:2"],
    ...["P3:111111111111", "P3:222222222222", "P3:333333333333"],
  ]);
});

test.each(questions)("$id is the golden text", async ({ id, text }) => {
  await expect(text).toMatchFileSnapshot(`../../golden/smt/${id.replace(":", "-")}.golden.smt2`);
  expect(text).toMatch(/\(check-sat\)\n$/);
});

test("a text that the solver cannot read is no answer", async () => {
  const [answer] = await solve([{ id: "P1:0", text: "(assert" }]);
  expect(answer?.result).toBe("unknown");
});

test("a string literal has quotes doubled and anything beyond ASCII escaped", () => {
  expect(literal('a"b\\é')).toBe('"a""b\\u{5c}\\u{e9}"');
});
