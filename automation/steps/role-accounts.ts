import { type AccountKey, accountIdOf, accountKeys, type Deployment } from "../../spec/deployment.ts";
import type { Role } from "./steps.ts";

const accountsOfRoles: Readonly<Record<Role, readonly AccountKey[]>> = {
  "infrastructure-admin": ["infrastructure"],
  "policy-node0-admin": ["infrastructure"],
  "policy-node1-admin": ["policyNode1"],
  "policy-node2-admin": ["policyNode2"],
  auditor: accountKeys,
};

/** The accounts that a person in these roles works in. */
export function accountsOf(chosen: readonly Role[]): AccountKey[] {
  return accountKeys.filter((account) => chosen.some((role) => accountsOfRoles[role].includes(account)));
}

/** Each account once: in profile `sandbox` the three are one, which the first of its keys then stands for. */
export function distinctAccounts(deployment: Deployment, accounts: readonly AccountKey[]): AccountKey[] {
  const seen = new Set<string>();
  return accounts.filter((account) => {
    const id = accountIdOf(deployment, account);
    return seen.has(id) ? false : seen.add(id);
  });
}
