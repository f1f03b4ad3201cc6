import { expect, it } from "vitest";
import { namedKeys } from "../../../automation/verify/keys.ts";

const key = (aliases: readonly string[], resource?: string, deployment = "customer-testnet") => {
  const tags: Record<string, string> = {};
  if (resource !== undefined) {
    tags["ivault:deployment"] = deployment;
    tags["ivault:resource"] = `wallet/${resource}`;
  }
  return { aliases, tags };
};
const named = (...keys: ReturnType<typeof key>[]) =>
  namedKeys(keys, "customer-testnet").map(([name, of]) => [name, keys.indexOf(of)]);

it("a key is called by its alias", () => {
  expect(named(key(["customer-testnet-data"], "data"), key(["someone-else"]))).toEqual([["data", 0]]);
});

it("a key without alias is called by its tags", () => {
  expect(named(key([], "data"), key([]), key([], "data", "customer-other"))).toEqual([["data", 0]]);
});

it("a tag takes no name that an alias gives, and gives no second name", () => {
  expect(named(key(["customer-testnet-data"]), key([], "data"))).toEqual([["data", 0]]);
  expect(named(key(["customer-testnet-data"], "logs"))).toEqual([["data", 0]]);
});

it("of two keys that claim one name by their tags neither gets it", () => {
  expect(named(key([], "data"), key([], "data"))).toEqual([]);
});

it("an alias of another purpose leaves a key its tags", () => {
  expect(named(key(["the-auditors-favourite"], "data"))).toEqual([["data", 0]]);
});
