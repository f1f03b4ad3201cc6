import { isSessionOf } from "./caller.ts";
import type { Question } from "./conditions.ts";
import { all, always, any, type Formula, never, statement } from "./formula.ts";
import { accountOfRoot, sessionOf } from "./index-world.ts";
import { type Grants, grantsOf } from "./statements.ts";

export interface IdentitySide {
  readonly allowed: Formula;
  readonly withinBoundary: Formula;
  readonly denied: Formula;
}

const unlimited: IdentitySide = { allowed: always, withinBoundary: always, denied: never };

/** What the caller's own policies say. Whoever is not listed, and every root, holds everything. */
export function identitySide(question: Question, counts: "as listed" | "everything"): IdentitySide {
  const { caller, world } = question.facts;
  const { listed, type } = caller;
  if (counts === "everything" || listed === undefined || (type !== "role" && type !== "user"))
    return unlimited;
  const policies = listed.identity.map(({ name, document }) =>
    grantsOf(world.read(document, "identity"), question, listed.arn, `identity:${name}`),
  );
  const boundary =
    listed.boundary == null
      ? undefined
      : grantsOf(world.read(listed.boundary, "boundary"), question, listed.arn, "boundary");
  return {
    allowed: any(policies.map(allowedBy)),
    withinBoundary: boundary === undefined ? always : allowedBy(boundary),
    denied: any([...policies.map(({ denied }) => denied), boundary?.denied ?? never]),
  };
}

function allowedBy({ itself, role }: Grants): Formula {
  return any([itself, role]);
}

export interface ResourceSide {
  /** The resource's side and the caller's together. */
  readonly allowed: Formula;
  readonly denied: Formula;
}

/**
 * What the resource's own policy and the caller's policies allow together. A key and a role open themselves only by their own policy
 * (or a grant); a secret, a bucket, a repository and a function also open to whom their account's identity policies name; across
 * accounts both sides have to agree.
 */
export function resourceSide(question: Question, identity: IdentitySide): ResourceSide {
  const { caller, resourceAccount } = question.facts;
  const byIdentity = all([identity.allowed, identity.withinBoundary]);
  const kind = policyKind(question.facts.action, question.facts.resource);
  if (kind === "none") {
    const outside =
      resourceAccount !== caller.account || caller.type === "service" || caller.type === "federated";
    return { allowed: outside ? never : byIdentity, denied: never };
  }
  const policy = ownPolicy(question, kind);
  const granted = grantFormula(question);
  if (caller.type === "service" || caller.type === "federated")
    return { allowed: any([policy.itself, policy.everybody, granted.itself]), denied: policy.denied };
  if (resourceAccount !== caller.account) {
    const named = any([
      policy.itself,
      policy.role,
      policy.everybody,
      policy.account,
      granted.itself,
      granted.account,
    ]);
    const owner = resourceAccount === undefined ? question.unknown("the owner of the resource") : undefined;
    const across = all([named, byIdentity]);
    return {
      allowed: owner === undefined ? across : any([across, all([owner, byIdentity])]),
      denied: policy.denied,
    };
  }
  const limited = (allowed: Formula, why: string) =>
    all([allowed, any([identity.withinBoundary, ...beyond(question, identity, why)])]);
  const direct = any([
    policy.itself,
    all([policy.role, identity.withinBoundary]),
    limited(policy.everybody, "whether a boundary limits what is allowed to everybody"),
    limited(granted.itself, "whether a boundary limits a grant"),
    all([any([policy.account, granted.account]), byIdentity]),
  ]);
  return { allowed: kind === "alone" ? direct : any([direct, byIdentity]), denied: policy.denied };
}

/** Where AWS's documentation does not say whether a boundary's silence counts. */
function beyond(question: Question, { withinBoundary }: IdentitySide, why: string): readonly Formula[] {
  return withinBoundary.kind === "constant" && withinBoundary.value ? [] : [question.unknown(why)];
}

/** `alone`: nothing but the resource's own policy opens it; `beside`: identity policies of its account do too. */
type PolicyKind = "alone" | "beside" | "none";

function policyKind(action: string, arn: string): PolicyKind {
  const [service = "", call = ""] = action.toLowerCase().split(":");
  if (service === "kms") return /:key\//.test(arn) ? "alone" : "none";
  if (service === "sts")
    return /^(assumerole|tagsession|setsourceidentity|setcontext)/.test(call) && /:role\//.test(arn)
      ? "alone"
      : "none";
  const resource = arn.split(":")[2];
  return service === resource &&
    ["secretsmanager", "s3", "ecr", "lambda"].includes(service) &&
    arn.split(":").length > 5
    ? "beside"
    : "none";
}

function ownPolicy(question: Question, kind: PolicyKind): Grants {
  const { world, resource, listedResource, action } = question.facts;
  const nothing: Grants = { itself: never, role: never, everybody: never, account: never, denied: never };
  const role = world.principals.get(resource);
  if (action.toLowerCase().startsWith("sts:")) {
    const trust = role?.trust;
    if (trust !== undefined) return grantsOf(world.read(trust, "trust"), question, resource, "trust");
    // A role that is not listed may trust anybody; a listed one without a trust policy trusts nobody.
    return role === undefined ? unread(question, `the trust policy of ${resource}`) : nothing;
  }
  const policy = listedResource?.policy;
  if (policy != null) {
    return grantsOf(world.read(policy, "resource"), question, listedResource?.arn ?? resource, "policy");
  }
  // A function that is not listed is the caller's own: to be made, and without a policy.
  const isNew = listedResource === undefined && resource.startsWith("arn:aws:lambda:");
  if (isNew) return nothing;
  if (listedResource === undefined || kind === "alone") return unread(question, `the policy of ${resource}`);
  return nothing;
}

function unread(question: Question, what: string): Grants {
  return {
    itself: never,
    role: question.unknown(`${what}, allowing`),
    everybody: never,
    account: never,
    denied: question.unknown(`${what}, denying`),
  };
}

/** A grant opens a key beside its policy; an explicit Deny of the policy still beats it. Constraints are not believed. */
function grantFormula(question: Question): { readonly itself: Formula; readonly account: Formula } {
  const { listedResource, action, caller } = question.facts;
  const itself: Formula[] = [];
  const account: Formula[] = [];
  for (const [index, grant] of (listedResource?.grants ?? []).entries()) {
    if (!grant.operations.some((operation) => `kms:${operation}`.toLowerCase() === action.toLowerCase()))
      continue;
    const reference = { on: listedResource?.arn ?? "", document: `grant:${grant.id}`, index };
    const root = accountOfRoot(grant.granteePrincipal);
    const session = sessionOf(grant.granteePrincipal);
    if (root !== undefined) {
      if (root === caller.account) account.push(statement(reference, always));
    } else if (grant.granteePrincipal === caller.arn) itself.push(statement(reference, always));
    else if (session !== undefined && isSessionOf(caller, session))
      itself.push(statement(reference, question.sessionIs(session.name)));
  }
  return { itself: any(itself), account: any(account) };
}
