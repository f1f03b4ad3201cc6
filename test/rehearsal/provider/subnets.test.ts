import fc from "fast-check";
import { expect, test } from "vitest";
import { planSubnets, type SubnetSpec } from "../../../rehearsal/provider/awsx/subnets.ts";

const kinds: readonly SubnetSpec["type"][] = ["Public", "Private", "Isolated"];

test("the zones share the block evenly, and the specs follow one another within a zone", () => {
  const specs = kinds.map((type) => ({ type, cidrMask: 20 }));
  expect(
    planSubnets("10.0.0.0/16", 3, specs).map(({ suffix, cidrBlock }) => `${suffix} ${cidrBlock}`),
  ).toEqual([
    "public-1 10.0.0.0/20",
    "private-1 10.0.16.0/20",
    "isolated-1 10.0.32.0/20",
    "public-2 10.0.64.0/20",
    "private-2 10.0.80.0/20",
    "isolated-2 10.0.96.0/20",
    "public-3 10.0.128.0/20",
    "private-3 10.0.144.0/20",
    "isolated-3 10.0.160.0/20",
  ]);
});

test("without sizes a zone's block is shared evenly", () => {
  const specs: SubnetSpec[] = [{ type: "Public", name: "door" }, { type: "Private" }];
  expect(planSubnets("192.168.0.0/24", 2, specs)).toMatchObject([
    { suffix: "door-1", cidrBlock: "192.168.0.0/26" },
    { suffix: "private-1", cidrBlock: "192.168.0.64/26" },
    { suffix: "door-2", cidrBlock: "192.168.0.128/26" },
    { suffix: "private-2", cidrBlock: "192.168.0.192/26" },
  ]);
});

test("subnets that do not fit are refused with the sizes", () => {
  expect(() => planSubnets("10.0.0.0/20", 2, [{ type: "Public", cidrMask: 20 }])).toThrow(
    /block 10\.0\.0\.0\/20 leaves a \/21 to each of 2 zones, too small for the subnet public with \/20/,
  );
});

const range = (block: string): readonly [number, number] => {
  const [base = "", length = ""] = block.split("/");
  const start = base.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return [start, start + 2 ** (32 - Number(length))];
};

test("no two subnets overlap, all lie in the block, and each begins where its size divides", () => {
  const spec = fc.record({ type: fc.constantFrom(...kinds), cidrMask: fc.integer({ min: 22, max: 28 }) });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(spec, { minLength: 1, maxLength: 5 }),
      (second, zones, specs) => {
        const [start, end] = range(`10.${second}.0.0/16`);
        const ranges = planSubnets(`10.${second}.0.0/16`, zones, specs).map(({ cidrBlock }) =>
          range(cidrBlock),
        );
        const sorted = [...ranges].sort(([one], [other]) => one - other);
        expect(ranges).toHaveLength(zones * specs.length);
        for (const [index, [from, to]] of sorted.entries()) {
          expect(from).toBeGreaterThanOrEqual(start);
          expect(to).toBeLessThanOrEqual(end);
          expect(from % (to - from)).toBe(0);
          expect(sorted[index + 1]?.[0] ?? end).toBeGreaterThanOrEqual(to);
        }
      },
    ),
  );
});
