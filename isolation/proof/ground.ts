import {
  type AccessQuestion,
  type Answer,
  type IndexedWorld,
  mayAccess,
  type Verdict3,
} from "../evaluation/access.ts";
import { compile, plain } from "../evaluation/pattern.ts";
import { type ParsedStatement, parseDocument } from "../evaluation/policy.ts";
import type { Actor } from "./actors.ts";

/** The world that questions are asked of, with every answer kept: many parties ask the same. */
export interface Ground {
  readonly index: IndexedWorld;
  /** Organizations whose policies do not count, because the party can detach them. */
  readonly detached: readonly string[];
  readonly answers: Map<string, Answer>;
  /** Allow statements of a principal's own policies; undefined: one of its documents cannot be read. */
  readonly allows: Map<string, readonly ParsedStatement[] | undefined>;
}

export function groundOf(index: IndexedWorld, detached: readonly string[] = []): Ground {
  return { index, detached, answers: new Map(), allows: new Map() };
}

type Details = Pick<AccessQuestion, "context" | "except">;

const refused: Answer = { verdict: "refused", context: {}, statements: [], unknowns: [] };

/** Calls that a resource's own policy may allow by itself, whatever the caller's policies say. */
const allowedByResources = /^(sts|kms|secretsmanager|lambda):/;

/** May this actor do this to that resource? */
export function ask(
  ground: Ground,
  { principal, powers }: Actor,
  action: string,
  resource: string,
  details: Details = {},
): Answer {
  if (!allowedByResources.test(action) && powers === "as listed" && !mentions(ground, principal.arn, action))
    return refused;
  const key = JSON.stringify([principal.arn, powers, action, resource, details]);
  const known = ground.answers.get(key);
  if (known !== undefined) return known;
  const answer = mayAccess(ground.index, {
    principal,
    action,
    resource,
    identity: powers,
    ignoreOrganizationPolicies: ground.detached,
    ...details,
  });
  ground.answers.set(key, answer);
  return answer;
}

/** Spares the evaluation of most pairs: a call that no Allow of the caller's own policies names cannot come from them. */
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
  const listed = ground.index.world.principals.find((one) => one.arn === arn);
  const documents = (listed?.identity ?? []).map(({ document }) => parseDocument(document, "identity"));
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

/** All of these have to be allowed. */
export function conjunction(answers: readonly Answer[]): Answer {
  const verdicts = answers.map(({ verdict }) => verdict);
  const verdict: Verdict3 = verdicts.includes("refused")
    ? "refused"
    : verdicts.includes("undecided")
      ? "undecided"
      : "allowed";
  return {
    verdict,
    context: Object.assign({}, ...answers.map(({ context }) => context)),
    statements: answers.flatMap(({ statements }) => statements),
    unknowns: answers.flatMap(({ unknowns }) => unknowns),
  };
}

/** One of these suffices; asked one by one, the first that is certain ends it. */
export function disjunction(answers: Iterable<Answer>): Answer {
  let possible = refused;
  for (const answer of answers) {
    if (answer.verdict === "allowed") return answer;
    if (answer.verdict === "undecided") possible = answer;
  }
  return possible;
}
