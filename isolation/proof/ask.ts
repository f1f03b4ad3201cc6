import { type AccessQuestion, type Answer, mayAccess, type Verdict3 } from "../evaluation/access.ts";
import type { Actor } from "./actors.ts";
import { isConceivable } from "./conceivable.ts";
import type { Ground } from "./ground.ts";

type Details = Pick<AccessQuestion, "context" | "except">;

const refused: Answer = { verdict: "refused", context: {}, statements: [], unknowns: [] };

/** May this actor do this to that resource? */
export function ask(
  ground: Ground,
  { principal, powers }: Actor,
  action: string,
  resource: string,
  details: Details = {},
): Answer {
  if (!isConceivable(ground, { principal, powers }, action, resource)) return refused;
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
