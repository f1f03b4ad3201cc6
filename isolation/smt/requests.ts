import { boundByResourceControl } from "../evaluation/catalogue.ts";
import type { IndexedWorld } from "../evaluation/index-world.ts";
import { accountOfRoot, sessionOf } from "../evaluation/index-world.ts";
import { isIdentity, isSession } from "./caller.ts";
import type { SymbolicRequest } from "./keys.ts";
import { documentTerm } from "./statements.ts";
import { and, equals, literal, no, not, or, type Term } from "./terms.ts";

/**
 * Whether a request may be allowed when everybody counts with everything on their own side: a key opens itself by its policy or a
 * grant, a secret also to its own account; an explicit Deny and the organizations' policies have the last word.
 */
export function requestTerm(request: SymbolicRequest): Term {
  const { caller, world, resource, account, declarations } = request;
  const listed = world.resources.get(resource);
  const isKey = request.action.startsWith("kms:");
  const where = `policy of ${resource}`;
  const policy =
    listed?.policy != null
      ? documentTerm(world.read(listed.policy, "resource"), where, request)
      : isKey
        ? {
            allowed: declarations.unknown(`${where} may allow`),
            denied: declarations.unknown(`${where} may deny`),
          }
        : { allowed: no, denied: no };
  const ofAccount = isKey ? no : and(caller.isIdentity, equals(caller.account, literal(account)));
  return and(
    or(policy.allowed, grantTerm(request), ofAccount),
    not(policy.denied),
    ...organizationTerms(request).map(not),
  );
}

/** Grants by their operations; constraints are not believed. */
function grantTerm({ caller, world, resource, action }: SymbolicRequest): Term {
  const grants = world.resources.get(resource)?.grants ?? [];
  return or(
    ...grants
      .filter(({ operations }) =>
        operations.some((operation) => `kms:${operation}`.toLowerCase() === action.toLowerCase()),
      )
      .map(({ granteePrincipal }) => {
        const account = accountOfRoot(granteePrincipal);
        if (account !== undefined) return and(caller.isIdentity, equals(caller.account, literal(account)));
        const session = sessionOf(granteePrincipal);
        return session === undefined
          ? isIdentity(caller, granteePrincipal)
          : isSession(caller, session, world);
      }),
  );
}

/** What organizations deny: by service control policies to principals of theirs, by resource control policies on their resources. */
function organizationTerms(request: SymbolicRequest): Term[] {
  const { caller, world, action, account } = request;
  const [service = ""] = action.split(":");
  const managed = new Set(
    world.world.accounts.flatMap(({ organization }) => organization?.managementAccount ?? []),
  );
  // Service-linked roles are bound by none, and nobody but their service can act as one: those that are listed count.
  const exempt = world.world.principals.filter(({ arn }) => arn.includes(":role/aws-service-role/"));
  const isBound = not(or(...exempt.map(({ arn }) => isIdentity(caller, arn))));
  return world.world.organizationPolicies.map(({ target, kind, document }) => {
    const members = membersOf(world, target).filter((id) => !managed.has(id));
    const binds =
      kind === "scp"
        ? and(caller.isIdentity, or(...members.map((id) => equals(caller.account, literal(id)))))
        : members.includes(account) && boundByResourceControl.has(service)
          ? "true"
          : no;
    if (binds === no) return no;
    const { denied } = documentTerm(world.read(document, kind), `${kind} of ${target}`, request);
    return and(binds, or(caller.isService, isBound), denied);
  });
}

/** A policy's target is an account, listed or not, or an organization. */
function membersOf({ world }: IndexedWorld, target: string): string[] {
  if (/^\d{12}$/.test(target)) return [target];
  return world.accounts.filter(({ organization }) => organization?.id === target).map(({ id }) => id);
}
