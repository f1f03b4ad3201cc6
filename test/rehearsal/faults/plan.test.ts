import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Asked,
  decideFault,
  faultPlan,
  nothingSeen,
  planOfSeed,
  roleMade,
} from "../../../rehearsal/faults/plan.ts";

const asked = (index: number, more: Partial<Asked> = {}): Asked => ({
  index,
  action: "kms:CreateKey",
  account: "111111111111",
  namedRoles: [],
  ...more,
});

/** Kinds of the faults that strike a row of requests, `-` for none. */
function struck(plan: Parameters<typeof faultPlan.parse>[0], requests: readonly Asked[]): string {
  let seen = nothingSeen;
  return requests
    .map((request) => {
      const decided = decideFault(faultPlan.parse(plan), seen, request);
      seen = decided.seen;
      return decided.fault?.kind ?? "-";
    })
    .join(" ");
}
const row = (count: number, more?: Partial<Asked>) =>
  Array.from({ length: count }, (_, index) => asked(index, more));

it("a plan without faults strikes nothing", () => {
  expect(struck({}, row(3))).toBe("- - -");
});

it("a fault strikes once, after as many matching requests as it says", () => {
  expect(struck({ faults: [{ kind: "lost", after: 1 }] }, row(4))).toBe("- lost - -");
});

it("a fault that lasts strikes every request from then on", () => {
  expect(struck({ faults: [{ kind: "expired", after: 2, times: "all" }] }, row(4))).toBe(
    "- - expired expired",
  );
});

it("requests that do not match do not count", () => {
  const requests = [asked(0, { action: "kms:TagResource" }), asked(1), asked(2)];
  expect(struck({ faults: [{ kind: "lost", action: "kms:CreateKey", after: 1 }] }, requests)).toBe(
    "- - lost",
  );
});

it("a fault on what is created passes over all other requests", () => {
  const key = { creates: "aws:kms/key:Key" };
  const requests = [asked(0), asked(1, { creates: "aws:iam/role:Role" }), asked(2, key)];
  expect(struck({ faults: [{ kind: "lost", ...key }] }, requests)).toBe("- - lost");
  expect(struck({ faults: [{ kind: "lost", creates: "any" }] }, requests)).toBe("- lost -");
});

it("a policy that names a role is refused until the role is old enough, counted in requests", () => {
  const role = "arn:aws:iam::111111111111:role/customer-testnet-policy-node0";
  const plan = faultPlan.parse({ youngRoles: 3 });
  const seen = roleMade(nothingSeen, role, 10);
  const kinds = [11, 12, 13, 14].map(
    (index) => decideFault(plan, seen, asked(index, { namedRoles: [role] })).fault?.kind,
  );
  expect(kinds).toEqual(["young-role", "young-role", "young-role", undefined]);
});

it("a seed always makes the same plan, whose noise strikes the same requests", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 5000 }), (seed, index) => {
      const decide = () => decideFault(planOfSeed(seed), nothingSeen, asked(index)).fault;
      expect(planOfSeed(seed)).toEqual(planOfSeed(seed));
      expect(decide()).toEqual(decide());
    }),
  );
});

it("the noise of a seed strikes between 5 and 50 % of the requests", () => {
  for (let seed = 0; seed < 50; seed++) {
    const { noise } = planOfSeed(seed);
    const strikes = row(2000).filter(
      (request) => decideFault(faultPlan.parse({ noise }), nothingSeen, request).fault,
    );
    expect(strikes.length / 2000).toBeGreaterThan(0.03);
    expect(strikes.length / 2000).toBeLessThan(0.53);
  }
});
