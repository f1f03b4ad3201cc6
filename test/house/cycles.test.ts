import { expect, test } from "vitest";
import { cyclesIn } from "./cycles.ts";
import { shipped, sourcesOf } from "./sources.ts";

test("no shipped files import each other in a circle, not even for their types", () => {
  expect(cyclesIn(shipped.flatMap(sourcesOf))).toEqual([]);
});

const file = (path: string, ...imports: string[]) => ({
  path,
  imports: imports.map((of) => ({ of, typeOnly: false })),
});

test("a circle is found once, however long it is and wherever it is entered", () => {
  expect(
    cyclesIn([
      file("outside.ts", "b.ts", "node:path"),
      file("b.ts", "c.ts", "leaf.ts"),
      file("c.ts", "a.ts"),
      file("a.ts", "leaf.ts", "b.ts"),
      file("leaf.ts"),
      file("itself.ts", "itself.ts"),
    ]),
  ).toEqual(["a.ts → b.ts → c.ts", "itself.ts"]);
});

test("files that lead to the same file without a way back are no circle", () => {
  expect(cyclesIn([file("a.ts", "b.ts", "c.ts"), file("b.ts", "c.ts"), file("c.ts")])).toEqual([]);
});
