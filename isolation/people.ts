import type { AccountKey, Administrator, NodeNumber } from "../spec/deployment.ts";
import { accountOfNode } from "../spec/deployment.ts";
import { accountOfArn } from "./arns.ts";
import { ModelError, type Scope } from "./scope.ts";

/** Who administers a node: its own administrator, and for node 0 the infrastructure's unless the deployment names another. */
function nodeAdministrator(
  scope: Scope,
  node: NodeNumber,
): { readonly key: string; readonly person: Administrator } {
  const { admins } = scope.deployment;
  if (node === 1) return { key: "policyNode1", person: admins.policyNode1 };
  if (node === 2) return { key: "policyNode2", person: admins.policyNode2 };
  return admins.policyNode0 === undefined
    ? { key: "infrastructure", person: admins.infrastructure }
    : { key: "policyNode0", person: admins.policyNode0 };
}

/**
 * The principals by which a node's administrator signs in to the node's account. Principals of other accounts are left out: a trust
 * policy of an account that holds a shard names nobody outside it.
 *
 * @throws ModelError when the administrator has none in that account, since then nobody could become the node's roles.
 */
export function nodeAdministratorPrincipals(scope: Scope, node: NodeNumber): readonly string[] {
  const { key, person } = nodeAdministrator(scope, node);
  return principalsWithin(scope, accountOfNode(node), [[key, person]]);
}

/** The principals of all administrators who work in this account. */
export function accountPrincipals(scope: Scope, account: AccountKey): readonly string[] {
  const { admins } = scope.deployment;
  const people: (readonly [string, Administrator, AccountKey])[] = [
    ["infrastructure", admins.infrastructure, "infrastructure"],
    ["policyNode1", admins.policyNode1, "policyNode1"],
    ["policyNode2", admins.policyNode2, "policyNode2"],
  ];
  if (admins.policyNode0 !== undefined) people.push(["policyNode0", admins.policyNode0, "infrastructure"]);
  return principalsWithin(
    scope,
    account,
    people
      .filter(([, , theirs]) => scope.id(theirs) === scope.id(account))
      .map(([key, person]) => [key, person]),
  );
}

function principalsWithin(
  scope: Scope,
  account: AccountKey,
  people: readonly (readonly [string, Administrator])[],
): readonly string[] {
  const accountId = scope.id(account);
  const principals = new Set<string>();
  for (const [key, person] of people) {
    const own = person.principals.filter((arn) => accountOfArn(arn) === accountId);
    if (own.length === 0) {
      throw new ModelError(
        ["admins", key, "principals"],
        `${person.name} has no principal of account ${accountId}, which they administer; found ${person.principals.join(", ")}. Name a user or role of that account.`,
      );
    }
    for (const arn of own) principals.add(arn);
  }
  return [...principals];
}

/** Principals of the auditors, from whichever account: the only ones whom a trust policy admits from outside, and only to read. */
export function auditorPrincipals(scope: Scope): readonly string[] {
  return [...new Set(scope.deployment.auditors.flatMap((auditor) => auditor.principals))];
}
