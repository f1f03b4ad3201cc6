import { expect, test } from "vitest";
import { decide } from "../../../rehearsal/authorise.ts";
import { accessCases } from "./access-cases.ts";
import { conditionCases } from "./condition-cases.ts";
import { type Case, deviation } from "./world.ts";

const cases: readonly Case[] = [...accessCases, ...conditionCases];

test.each(cases)("$name", (line) => {
  expect(deviation(decide, line)).toBeUndefined();
});

test("no case stands in the table twice", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
