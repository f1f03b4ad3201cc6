import type { Statement } from "../../isolation/policy.ts";
import type { Caller } from "../request.ts";
import { asList } from "../stored-policy.ts";

/**
 * How a statement names the caller. `itself`: the user, the root, the session, the service, or everybody. `role`: the role whose
 * session it is, so that boundary and session policy still limit. `account`: whoever the account's own policies let.
 */
export type Naming = "itself" | "role" | "account";

/** `arn:aws:sts::A:assumed-role/NAME/SESSION` → `arn:aws:iam::A:role/NAME`; other principals are their own. */
function withoutSession(principal: string): string {
  return principal.replace(/^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, "arn:aws:iam::$1:role/$2");
}

/** ARN that policies see as `aws:PrincipalArn`: of the role, path included, for a session. */
export function principalArn({ principal, roleArn }: Caller): string {
  return roleArn ?? withoutSession(principal);
}

export function isRoot({ principal }: Caller): boolean {
  return principal.endsWith(":root");
}

export function isService({ principal }: Caller): boolean {
  return !principal.startsWith("arn:");
}

/** Undefined: the statement is not about this caller. */
export function namingOf(statement: Statement, caller: Caller | null): Naming | undefined {
  if (statement.NotPrincipal !== undefined) return spared(statement, caller) ? undefined : "itself";
  if (statement.Principal === undefined) return undefined;
  const { AWS, Service } = statement.Principal === "*" ? { AWS: "*" } : statement.Principal;
  const named = asList(AWS);
  if (named.includes("*")) return "itself";
  if (caller === null) return undefined;
  if (isService(caller)) return asList(Service).includes(caller.principal) ? "itself" : undefined;
  if (named.includes(caller.principal)) return "itself";
  if (named.includes(principalArn(caller))) return "role";
  return named.some((name) => isAccount(name, caller.account)) ? "account" : undefined;
}

/** An account by its id or as its root. */
export function isAccount(name: string, account: string): boolean {
  return name === account || name === `arn:aws:iam::${account}:root`;
}

/**
 * NotPrincipal in a Deny spares a caller only if the list names all that it is: account, role and session (IAM user guide, "AWS JSON
 * policy elements: NotPrincipal"). In an Allow, any of them takes it out.
 */
function spared({ Effect, NotPrincipal }: Statement, caller: Caller | null): boolean {
  if (NotPrincipal === "*") return true;
  const named = asList(NotPrincipal?.AWS);
  if (named.includes("*")) return true;
  if (caller === null) return false;
  if (isService(caller)) return asList(NotPrincipal?.Service).includes(caller.principal);
  const facets = [
    named.some((name) => isAccount(name, caller.account)),
    named.includes(principalArn(caller)),
    named.includes(caller.principal),
  ];
  return Effect === "Deny" ? facets.every(Boolean) : facets.some(Boolean);
}
