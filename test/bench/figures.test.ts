import { describe, expect, it } from "vitest";
import { criticalPath, median } from "./figures.ts";

describe("the median", () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

  it("is not made up where nothing was measured", () => expect(() => median([])).toThrow());
});

describe("the critical path", () => {
  const step = (id: "doctor" | "specs" | "release" | "start", ...dependsOn: "doctor"[] | "release"[]) => ({
    id,
    dependsOn,
  });

  it("is the longest chain of steps that wait for each other", () => {
    const steps = [
      step("doctor"),
      step("specs", "doctor"),
      step("release", "doctor"),
      step("start", "release"),
    ];
    const lengths = new Map([
      ["doctor", 1],
      ["specs", 5],
      ["release", 2],
      ["start", 4],
    ] as const);
    expect(criticalPath(steps, lengths)).toEqual({ length: 7, chain: ["doctor", "release", "start"] });
  });
});
