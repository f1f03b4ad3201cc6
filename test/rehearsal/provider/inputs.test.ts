import fc from "fast-check";
import { expect, test } from "vitest";
import {
  changesBetween,
  checkInputs,
  tagFailures,
  unknownValue,
} from "../../../rehearsal/provider/inputs.ts";
import { resourceType } from "../../../rehearsal/provider/types/index.ts";

const key = resourceType("aws:kms/key:Key");
const role = resourceType("aws:iam/role:Role");
const service = resourceType("aws:ecs/service:Service");

test("unknown and missing arguments are named, with the table to add them to", () => {
  const { failures } = checkInputs("aws:iam/role:Role", role, "role", { colour: "red" }, {});
  expect(failures).toMatchObject([
    { property: "colour", reason: expect.stringMatching(/aws:iam\/role:Role.*rehearsal\/provider\/types\//) },
    { property: "assumeRolePolicy", reason: expect.stringMatching(/needs the argument assumeRolePolicy/) },
  ]);
});

test("values that a preview cannot know pass", () => {
  const given = { name: "r", assumeRolePolicy: unknownValue, tags: { owner: unknownValue } };
  expect(checkInputs("aws:iam/role:Role", role, "role", given, {})).toEqual({ inputs: given, failures: [] });
});

test("a name is made up where the program gives none, and kept from then on", () => {
  const first = checkInputs("aws:iam/role:Role", role, "role", { assumeRolePolicy: "{}" }, {}).inputs;
  expect(first.name).toMatch(/^role-[0-9a-f]{7}$/);
  expect(checkInputs("aws:iam/role:Role", role, "role", { assumeRolePolicy: "{}" }, first).inputs).toEqual(
    first,
  );
});

test.each([
  ["a$b", "keys and values take"],
  ["aws:role", "AWS's own"],
  ["k".repeat(129), "1 to 128 characters"],
])("the tag key %s is refused", (name, reason) => {
  expect(tagFailures({ [name]: "value" })).toMatchObject([{ reason: expect.stringContaining(reason) }]);
});

test("a tag's value has 256 characters at most, a resource 50 tags", () => {
  expect(tagFailures({ key: "v".repeat(257) })).toHaveLength(1);
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, ""]));
  expect(tagFailures(many)).toMatchObject([{ property: "tags" }]);
});

test("tags of AWS's character set pass", () => {
  const character = fc.constantFrom(..."aZ09é _.:/=+-@");
  fc.assert(
    fc.property(
      fc.string({ unit: character, minLength: 1, maxLength: 128 }),
      fc.string({ unit: character }),
      (name, value) => {
        expect(tagFailures({ [name]: value })).toEqual([]);
      },
    ),
  );
});

test("a change says what it changes and whether it makes another resource", () => {
  const before = { description: "one", multiRegion: false, policy: "{}" };
  const after = { description: "two", multiRegion: true, tags: { a: "b" } };
  expect(changesBetween(key, before, after, [])).toEqual([
    { property: "description", kind: "update", replace: false },
    { property: "multiRegion", kind: "update", replace: true },
    { property: "policy", kind: "delete", replace: false },
    { property: "tags", kind: "add", replace: false },
  ]);
});

test("what the program leaves to the service is no difference", () => {
  expect(
    changesBetween(service, { name: "wallet", desiredCount: 1 }, { name: "wallet" }, ["desiredCount"]),
  ).toEqual([]);
});
