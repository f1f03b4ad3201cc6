import { describe, expect, test } from "vitest";
import { indexWorld, mayAccess } from "../../../isolation/evaluation/access.ts";
import { parseWorld } from "../../../isolation/world.ts";
import { themes } from "./cases/index.ts";
import { smallWorld } from "./small-world.ts";

describe.each(Object.entries(themes))("%s", (_, cases) => {
  test.each(cases)("$name: $expect", ({ world, ask, expect: expected }) => {
    expect(mayAccess(indexWorld(smallWorld(world)), ask).verdict).toBe(expected);
  });
});

test("the table has the size that was promised, no name twice, and worlds that can be read", () => {
  const cases = Object.values(themes).flat();
  expect(cases.length).toBeGreaterThanOrEqual(150);
  for (const theme of Object.values(themes)) {
    const names = theme.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
  for (const { world } of cases) expect(parseWorld(smallWorld(world))).toHaveProperty("world");
});
