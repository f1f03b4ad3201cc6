import { type AccountKey, accountKeys } from "../spec/deployment.ts";
import type { Scope } from "./scope.ts";

/** The accounts, each once: in a sandbox the three keys name one account, and its baseline is the infrastructure's. */
export function distinctAccounts(scope: Scope): readonly AccountKey[] {
  return accountKeys.filter(
    (account, index) => accountKeys.findIndex((other) => scope.id(other) === scope.id(account)) === index,
  );
}

/** The stack that makes an account's own roles, trail and alarms. */
export function baselineOf(scope: Scope, account: AccountKey): string {
  if (scope.id(account) === scope.id("infrastructure")) return "baseline-infrastructure";
  return account === "policyNode1" ? "baseline-policy-node1" : "baseline-policy-node2";
}
