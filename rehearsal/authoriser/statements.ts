import type { Statement } from "../../isolation/policy.ts";
import { asList } from "../stored-policy.ts";
import { conditionsHold } from "./conditions.ts";
import { actionLike, resourceLike } from "./patterns.ts";
import { type Naming, namingOf } from "./principals.ts";
import type { BearingPolicy, Question } from "./question.ts";

/** A statement that bears upon a request, and how it names the caller. */
export interface Hit {
  readonly policy: BearingPolicy;
  readonly index: number;
  readonly statement: Statement;
  readonly naming: Naming;
}

/** `key policy arn:aws:kms:… statement 1 (DenyUnattestedPCR0)`: counted from 0, as the documents are. */
export function described({ policy: { name }, index, statement: { Sid } }: Hit): string {
  return `${name} statement ${index}${Sid === undefined ? "" : ` (${Sid})`}`;
}

/** The policy's statements of this effect that meet the request. */
export function hits(
  policy: BearingPolicy,
  effect: Statement["Effect"],
  question: Question,
  resourceElement: "required" | "optional" = "required",
): readonly Hit[] {
  const variables = policy.document.Version === "2012-10-17";
  return policy.document.Statement.flatMap((statement, index) => {
    if (statement.Effect !== effect || !isAbout(statement, question, variables, resourceElement)) return [];
    // Policies of people and roles name nobody: they are about whom they lie on.
    const naming = namesPrincipals(policy) ? namingOf(statement, question.caller) : "itself";
    if (naming === undefined) return [];
    const holds = conditionsHold(statement.Condition, question.context, variables);
    return holds === true || (holds === "unknown" && effect === "Deny")
      ? [{ policy, index, statement, naming }]
      : [];
  });
}

function namesPrincipals({ kind }: BearingPolicy): boolean {
  return kind === "resource" || kind === "endpoint" || kind === "rcp";
}

function isAbout(
  { Action, NotAction, Resource, NotResource }: Statement,
  { action, resource, context }: Question,
  variables: boolean,
  resourceElement: "required" | "optional",
): boolean {
  const named = (patterns: Statement["Action"]) =>
    asList(patterns).some((pattern) => actionLike(pattern, action));
  if (Action === undefined ? NotAction === undefined || named(NotAction) : !named(Action)) return false;
  // An action on nothing in particular has `*` for its resource, which no pattern of an ARN meets.
  const met = (patterns: Statement["Resource"]) =>
    asList(patterns).some((pattern) => resourceLike(pattern, resource, variables ? context : undefined));
  if (Resource !== undefined) return met(Resource);
  return NotResource === undefined ? resourceElement === "optional" : !met(NotResource);
}
