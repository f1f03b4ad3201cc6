import { type Caller, callerOf, type Principal } from "./caller.ts";
import { actionExists } from "./catalogue.ts";
import { consistency, type Question, questionOf } from "./conditions.ts";
import { canonicalKey } from "./facts.ts";
import { all, any, type Formula, not, type StatementReference, statementsIn, testsIn } from "./formula.ts";
import { accountOf, type IndexedWorld } from "./index-world.ts";
import { equals, type Value } from "./operators.ts";
import { organizationDenies } from "./organizations.ts";
import { plain } from "./pattern.ts";
import { decide, type Verdict3 } from "./search.ts";
import { identitySide, resourceSide } from "./sides.ts";

export type { Principal } from "./caller.ts";
export type { StatementReference } from "./formula.ts";
export { type IndexedWorld, indexWorld } from "./index-world.ts";
export type { Verdict3 } from "./search.ts";
/** null: the key is absent from the request. */
export type ContextValue = Value;

export interface AccessQuestion {
  readonly principal: Principal;
  /** As AWS writes it, `kms:Decrypt`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** `everything` counts with Allow * on *, and without a boundary. */
  readonly identity: "as listed" | "everything";
  /** Keys that the question fixes; every other key that the caller chooses is free. */
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** The request carries no other chosen key: one concrete request. */
  readonly closed?: boolean;
  /** A context in which every key of an entry holds one of that key's values does not count; their case is not looked at. */
  readonly except?: readonly Readonly<Record<string, readonly string[]>>[];
  /** true: all of them; else those of the organizations with these ids. */
  readonly ignoreOrganizationPolicies?: boolean | readonly string[];
}

export interface Answer {
  readonly verdict: Verdict3;
  /** What the caller chooses so that it is (perhaps) allowed; empty when refused. */
  readonly context: Readonly<Record<string, ContextValue>>;
  /** The statements that allow it then, and those that perhaps deny it. */
  readonly statements: readonly StatementReference[];
  /** What an undecided answer depends on. */
  readonly unknowns: readonly string[];
}

/**
 * Does some context of the caller's choice allow this call, whatever the facts that nobody told are? Identity policies, boundary,
 * resource or trust policy, grants and organization policies are weighed together, under one context.
 */
export function mayAccess(world: IndexedWorld, asked: AccessQuestion): Answer {
  const caller = callerOf(world, asked.principal);
  const listedResource = world.resources.get(asked.resource) ?? world.resources.get(bucketOf(asked.resource));
  const resourceAccount = listedResource?.account ?? ownerOf(asked.resource, caller);
  const question = questionOf({
    world,
    caller,
    action: asked.action,
    resource: asked.resource,
    resourceAccount,
    listedResource,
    context: new Map(Object.entries(asked.context ?? {}).map(([key, value]) => [canonicalKey(key), value])),
    closed: asked.closed ?? false,
  });
  const formula = formulaOf(question, asked);
  const whole = all([formula, ...consistency(testsIn(formula), question)]);
  const found = decide(whole, question.open);
  if (found.verdict === "refused") return { verdict: "refused", context: {}, statements: [], unknowns: [] };
  const chosen = [...found.settled]
    .filter(([key]) => question.open.get(key)?.kind === "chosen")
    .map(([key, value]) => [question.spelling.get(key) ?? key, value]);
  return {
    verdict: found.verdict,
    context: { ...asked.context, ...Object.fromEntries(chosen) },
    statements: unique(statementsIn(whole, found.settled, found.verdict === "undecided")),
    unknowns: found.unknowns,
  };
}

function formulaOf(question: Question, asked: AccessQuestion): Formula {
  const identity = identitySide(question, asked.identity);
  const resource = resourceSide(question, identity);
  const denied = any([
    identity.denied,
    resource.denied,
    ...organizationDenies(question, asked.ignoreOrganizationPolicies ?? false),
  ]);
  const uncertain = actionExists(asked.action) ? [] : [question.unknown(`the action ${asked.action}`)];
  const excepted = (asked.except ?? []).map((entry) => exception(entry, question));
  return all([not(denied), ...excepted.map(not), ...uncertain, resource.allowed]);
}

function exception(entry: Readonly<Record<string, readonly string[]>>, question: Question): Formula {
  return all(
    Object.entries(entry).map(([key, values]) =>
      question.compare(
        { key: canonicalKey(key) },
        { ...equals, ignoreCase: true },
        values.map((value) => [plain(value)]),
      ),
    ),
  );
}

/** Objects lie in a bucket, whose policy speaks for them. */
function bucketOf(arn: string): string {
  return arn.startsWith("arn:aws:s3:::") ? (arn.split("/")[0] ?? arn) : arn;
}

function ownerOf(arn: string, caller: Caller): string | undefined {
  if (arn.startsWith("arn:aws:s3:::")) return undefined;
  return accountOf(arn) ?? caller.account;
}

function unique(references: readonly StatementReference[]): readonly StatementReference[] {
  return [...new Map(references.map((one) => [JSON.stringify(one), one])).values()];
}
