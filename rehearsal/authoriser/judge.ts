import { isAccount, isRoot, isService, type Naming, principalArn } from "./principals.ts";
import type { Bearing, BearingPolicy, Decided, Grant, PolicyKind, Question } from "./question.ts";
import { described, type Hit, hits } from "./statements.ts";

/** As AWS's refusals name the kinds of policies (IAM user guide, "Troubleshoot access denied error messages"). */
const kinds: Readonly<Record<PolicyKind, string>> = {
  identity: "identity-based policy",
  boundary: "permissions boundary",
  session: "session policy",
  resource: "resource-based policy",
  scp: "service control policy",
  rcp: "resource control policy",
  endpoint: "VPC endpoint policy",
};

/** Whether one request may happen, decided as AWS does for exactly this caller, action, resource and context. */
export function judge(question: Question, bearing: Bearing): Decided {
  const { caller } = question;
  const denial = explicitDenial(question, bearing);
  if (denial !== undefined) {
    const kind = kinds[denial.policy.kind];
    return {
      allowed: false,
      by: described(denial),
      reason: `with an explicit deny in a${/^[aeiou]/.test(kind) ? "n" : ""} ${kind}`,
    };
  }
  const passed = passes(question, bearing.endpoint);
  if (passed === undefined) return refused(question, "endpoint", bearing.endpoint);
  const opened = openedBy(question, bearing);
  if (caller === null || isService(caller)) {
    const direct = opened?.naming === "itself" ? opened : undefined;
    return direct === undefined
      ? refused(question, "resource", bearing.resource)
      : allowed(direct.by, ...passed);
  }
  const own = ownSide(question, bearing);
  const ownAccount = caller.account === question.resourceAccount;
  if (ownAccount && opened !== undefined) {
    if (opened.naming === "itself") return allowed(opened.by, ...passed);
    if (opened.naming === "role") return limited(question, bearing, opened.by, passed);
  }
  const needsOpening = !ownAccount || bearing.ownPolicyDecides;
  if (needsOpening && opened === undefined) return refused(question, "resource", bearing.resource);
  if (own === undefined) return refused(question, "identity");
  return limited(question, bearing, [opened?.by, own].filter((by) => by !== undefined).join("; "), passed);
}

function explicitDenial(question: Question, bearing: Bearing): Hit | undefined {
  const policies = [
    ...bearing.organization,
    bearing.resource,
    ...bearing.identity,
    bearing.boundary,
    bearing.session,
    bearing.endpoint,
  ];
  for (const policy of policies) {
    const [hit] = policy === undefined ? [] : hits(policy, "Deny", question, bearing.resourceElement);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

/** What a limiting policy lets through: the statement's description, or nothing to say where there is no such policy. */
function passes(question: Question, policy: BearingPolicy | undefined): readonly string[] | undefined {
  if (policy === undefined) return [];
  const [hit] = hits(policy, "Allow", question);
  return hit === undefined ? undefined : [described(hit)];
}

interface Opened {
  readonly by: string;
  readonly naming: Naming;
}

/** How the resource's side lets the caller in, by the strongest of its statements or by a grant. */
function openedBy(question: Question, bearing: Bearing): Opened | undefined {
  const found =
    bearing.resource === undefined ? [] : hits(bearing.resource, "Allow", question, bearing.resourceElement);
  for (const naming of ["itself", "role"] as const) {
    const hit = found.find((each) => each.naming === naming);
    if (hit !== undefined) return { by: described(hit), naming };
  }
  const granted = bearing.grants.flatMap((grant) => {
    const naming = grantedAs(grant, question);
    return naming === undefined ? [] : [{ by: `grant ${grant.id} on ${question.resource}`, naming }];
  });
  const itself = granted.find(({ naming }) => naming === "itself");
  const [first] = found;
  return itself ?? (first === undefined ? granted[0] : { by: described(first), naming: "account" });
}

/** The grantee as it was named: a role's sessions, a user, a service, or an account, whose own policies then decide. */
function grantedAs(grant: Grant, { caller, action, context }: Question): Naming | undefined {
  if (caller === null || !grant.operations.some((operation) => `kms:${operation}` === action))
    return undefined;
  if (!constraintsHold(grant, context)) return undefined;
  const { granteePrincipal } = grant;
  if ([caller.principal, principalArn(caller)].includes(granteePrincipal)) return "itself";
  return isAccount(granteePrincipal, caller.account) && !isService(caller) ? "account" : undefined;
}

/** Constraints are about the encryption context alone. */
function constraintsHold({ constraints }: Grant, context: Question["context"]): boolean {
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = constraints ?? {};
  const holds = (pairs: Readonly<Record<string, string>> = {}) =>
    Object.entries(pairs).every(
      ([key, value]) => context.get(`kms:encryptioncontext:${key.toLowerCase()}`)?.[0] === value,
    );
  const keys = context.get("kms:encryptioncontextkeys") ?? [];
  return (
    holds(equals) && holds(subset) && (equals === undefined || keys.length === Object.keys(equals).length)
  );
}

/** What the caller's own policies allow; an account's root holds everything in its account. */
function ownSide(question: Question, { identity }: Bearing): string | undefined {
  const { caller } = question;
  if (caller !== null && isRoot(caller)) return `root of account ${caller.account}`;
  for (const policy of identity) {
    const [hit] = hits(policy, "Allow", question);
    if (hit !== undefined) return described(hit);
  }
  return undefined;
}

/** Boundary and session policy allow nothing by themselves; what they do not mention is refused. */
function limited(
  question: Question,
  { boundary, session }: Bearing,
  by: string,
  passed: readonly string[],
): Decided {
  const withinBoundary = passes(question, boundary);
  if (withinBoundary === undefined) return refused(question, "boundary", boundary);
  const withinSession = passes(question, session);
  if (withinSession === undefined) return refused(question, "session", session);
  return allowed(by, ...withinBoundary, ...withinSession, ...passed);
}

function allowed(...by: readonly string[]): Decided {
  return { allowed: true, by: by.join("; "), reason: "" };
}

function refused({ action }: Question, kind: PolicyKind, policy?: BearingPolicy): Decided {
  const where = policy === undefined ? `no ${kinds[kind]}` : policy.name;
  return {
    allowed: false,
    by: policy === undefined ? `${where} allows ${action}` : `no statement of ${where} allows ${action}`,
    reason: `because no ${kinds[kind]} allows the ${action} action`,
  };
}
