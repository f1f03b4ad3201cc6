import { expect, test } from "vitest";
import { alarmRules } from "../../components/alarm-rules.ts";

test("every call that could open, endanger or use a key outside an enclave raises an alarm", async () => {
  const rules = alarmRules("customer-testnet");
  await expect(`${JSON.stringify(rules, null, 2)}\n`).toMatchFileSnapshot(
    "../golden/alarm-rules.golden.json",
  );
});

test("the names of the rules are distinct", () => {
  const names = alarmRules("customer-testnet").map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
