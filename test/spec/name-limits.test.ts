import { expect, test } from "vitest";
import { alarmRules } from "../../components/alarm-rules.ts";
import { nameFindings, nameLimits } from "../../spec/name-limits.ts";
import { fixtureDeployment, fixtureModel } from "../isolation/fixture.ts";

const model = fixtureModel();
const { environment, namespace, dns } = fixtureDeployment;
const longest = (what: string) =>
  nameLimits.find((one) => one.what === what)?.longest({ environment, namespace, parentZone: dns.parentZone })
    .length;
const lengths = (names: readonly string[]) => Math.max(...names.map((name) => name.length));

test.each([
  ["IAM role", Object.values(model.roles).map(({ name }) => name)],
  ["S3 bucket", Object.values(model.buckets).map(({ name }) => name)],
  ["EventBridge rule", alarmRules(model.names.prefix).map(({ name }) => `${model.names.prefix}-${name}`)],
  ["certificate's domain name", [model.names.host]],
])("the longest %s is the one whose length is checked", (what, names) => {
  expect(longest(what)).toBe(lengths(names));
});

test("a name that fits exactly is accepted, one character more is not", () => {
  const withNamespace = (length: number) =>
    nameFindings({ ...fixtureDeployment, environment: "production-eu", namespace: "n".repeat(length) });
  expect(withNamespace(23)).toEqual([]);
  expect(withNamespace(24).map(({ path, message }) => [path, message])).toEqual([
    [["namespace"], expect.stringMatching(/^the IAM role .* 65 characters, 1 too many; accepted: 64$/)],
  ]);
});
