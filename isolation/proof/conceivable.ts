import type { Principal } from "../evaluation/access.ts";
import { accountOfRoot } from "../evaluation/index-world.ts";
import { compile, plain } from "../evaluation/pattern.ts";
import type { ParsedStatement } from "../evaluation/policy.ts";
import type { Actor } from "./actors.ts";
import type { Ground, Opening, Targets } from "./ground.ts";
import { accountOf } from "./parties.ts";

/** Calls that a resource's own policy may allow by itself, whatever the caller's policies say. */
const allowedByResources = /^(sts|kms|secretsmanager|lambda):/;

/**
 * Spares the evaluation of most pairs: what no Allow of the caller's own policies names cannot come from them, and what no Allow of the
 * resource's policy opens to the caller's account cannot come from there.
 */
export function isConceivable(
  ground: Ground,
  { principal, powers }: Actor,
  action: string,
  resource: string,
): boolean {
  const itself = powers === "everything" || mentions(ground, principal.arn, action);
  if (!allowedByResources.test(action)) return itself;
  const opens = isOpenTo(ground, resource, principal);
  // A key and a role open themselves only by their own policy; what lies in the caller's account opens by the caller's too.
  return opens || (itself && !/^(sts|kms):/.test(action));
}

/** Whether an Allow of a resource's or a role's own policy, or a grant, could be meant for a caller of this account. */
export function isOpenTo(ground: Ground, resource: string, { kind, account }: Principal): boolean {
  if (kind === "service" || kind === "federated") return true;
  const known = ground.openings.get(resource) ?? openingOf(ground, resource);
  ground.openings.set(resource, known);
  return known.everybody || known.accounts.has(account);
}

const unknownOpening: Opening = { everybody: true, accounts: new Set() };

function openingOf({ index }: Ground, arn: string): Opening {
  const role = index.principals.get(arn);
  const resource = index.resources.get(arn);
  const content = role?.trust ?? resource?.policy;
  if (content == null) return unknownOpening;
  const document = index.read(content, role === undefined ? "resource" : "trust");
  if ("problem" in document) return unknownOpening;
  const allows = document.statements.filter(({ effect }) => effect === "Allow");
  const named = allows.flatMap(({ principals = [] }) => principals);
  const accounts = [
    ...named.map(({ value }) => value),
    ...(resource?.grants ?? []).map((grant) => grant.granteePrincipal),
  ];
  return {
    everybody:
      allows.some(({ notPrincipals }) => notPrincipals) ||
      named.some(({ type, value }) => type === "CanonicalUser" || /[*?]/.test(value)),
    accounts: new Set(accounts.map((value) => accountOfRoot(value) ?? accountOf(value))),
  };
}

function mentions(ground: Ground, arn: string, action: string): boolean {
  const statements = allowsOf(ground, arn);
  return statements === undefined || statements.some((statement) => names(statement, action));
}

function names({ actions, notActions, problems }: ParsedStatement, action: string): boolean {
  return (
    notActions || problems.length > 0 || actions.some((pattern) => actionPattern(pattern).matches(action))
  );
}

const patterns = new Map<string, ReturnType<typeof compile>>();

function actionPattern(text: string): ReturnType<typeof compile> {
  const known = patterns.get(text) ?? compile(plain(text), "text", true);
  patterns.set(text, known);
  return known;
}

function allowsOf(ground: Ground, arn: string): readonly ParsedStatement[] | undefined {
  if (ground.allows.has(arn)) return ground.allows.get(arn);
  const listed = ground.index.principals.get(arn);
  const documents = (listed?.identity ?? []).map(({ document }) => ground.index.read(document, "identity"));
  const readable = documents.flatMap((parsed) => ("problem" in parsed ? [] : parsed.statements));
  const allows =
    listed === undefined || documents.some((parsed) => "problem" in parsed)
      ? undefined
      : readable.filter(({ effect }) => effect === "Allow");
  ground.allows.set(arn, allows);
  return allows;
}

/**
 * Resources on which a call could be allowed to this actor, one for each pattern of its own policies, where the world lists none: what
 * is still to be made has no ARN yet.
 */
export function conceivableResources(ground: Ground, actor: Actor, action: string): string[] {
  const { account, arn } = actor.principal;
  const service = action.split(":")[0] ?? "";
  const any = `arn:aws:${service}:us-east-1:${account}:any/new`;
  if (actor.powers === "everything") return [any];
  const statements = (allowsOf(ground, arn) ?? []).filter((statement) => names(statement, action));
  const written = statements.flatMap(({ resources = [], notResources }) => (notResources ? [] : resources));
  return [...new Set([any, ...written.map((pattern) => exampleOf(pattern, account, any))])];
}

function exampleOf(pattern: string, account: string, any: string): string {
  const [partition, aws, service, region = "", owner = "", ...rest] = pattern.split(":");
  if (rest.length === 0) return any;
  const fill = (part: string, by: string) => (/[*?]/.test(part) ? by : part);
  const name = rest.join(":").replace(/[*?$]/g, "x");
  return [partition, aws, service, fill(region, "us-east-1"), fill(owner, account), name].join(":");
}

/** Principals and compute of the caller's account, and those whose own policy opens them to it; nothing else can be a next step. */
export function targetsOf(ground: Ground, caller: Principal): Targets {
  const { account, kind } = caller;
  const group = kind === "federated" ? kind : account;
  const known = ground.targets.get(group);
  if (known !== undefined) return known;
  const { principals, resources } = ground.index.world;
  const targets = {
    principals: principals.filter(({ arn }) => accountOf(arn) === account || isOpenTo(ground, arn, caller)),
    compute: resources.filter(
      (one) =>
        one.kind === "compute" &&
        (one.account === account || (one.policy != null && isOpenTo(ground, one.arn, caller))),
    ),
  };
  ground.targets.set(group, targets);
  return targets;
}
