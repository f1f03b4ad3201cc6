import { type Domain, domainsOf, type OpenKey } from "./domains.ts";
import { type Assignment, evaluate, type Formula, openKey, testsIn } from "./formula.ts";
import type { Value } from "./operators.ts";

export type Verdict3 = "allowed" | "refused" | "undecided";

export interface Found {
  readonly verdict: Verdict3;
  /** The keys that had to be settled for it; empty when refused. */
  readonly settled: Assignment;
  /** The unknown keys on which it depends. */
  readonly unknowns: readonly string[];
}

const mostSteps = 60_000;
const gaveUp = "the search for a context was given up";

/**
 * Is there, whatever the unknown keys hold, a choice of the caller's keys that makes the formula true (`allowed`)? Or never, whatever
 * they hold (`refused`)? All keys together make one context.
 */
export function decide(formula: Formula, open: ReadonlyMap<string, OpenKey>): Found {
  if (formula.kind === "constant")
    return { verdict: formula.value ? "allowed" : "refused", settled: new Map(), unknowns: [] };
  const domains = domainsOf(testsIn(formula), open);
  const incomplete = new Set<string>();
  let steps = 0;
  const exhausted = () => steps > mostSteps;
  const isChosen = (key: string) => open.get(key)?.kind === "chosen";
  const domainOf = (key: string): Domain => {
    const domain = domains.get(key) ?? { values: [null], complete: false };
    if (!domain.complete) incomplete.add(key);
    return domain;
  };

  /** Settles the caller's keys in some way; `value` is undefined when only unknown keys are left to decide it. */
  const exists = (settled: Assignment): { readonly value?: boolean; readonly settled: Assignment } => {
    steps++;
    const value = evaluate(formula, settled);
    if (value !== undefined) return { value, settled };
    const key = exhausted() ? undefined : openKey(formula, settled, isChosen);
    if (key === undefined) return { settled };
    let undecided: Assignment | undefined;
    for (const choice of domainOf(key).values) {
      const found = exists(new Map<string, Value>([...settled, [key, choice]]));
      if (found.value === true) return found;
      if (found.value === undefined) undecided ??= found.settled;
    }
    return undecided === undefined ? { value: false, settled } : { settled: undecided };
  };

  /** Settles the unknown keys in every way, one after the other. */
  const whatever = (unknown: Assignment): Found => {
    const { value, settled } = exists(unknown);
    if (value !== undefined) return { verdict: value ? "allowed" : "refused", settled, unknowns: [] };
    const key = openKey(formula, settled, (one) => !isChosen(one));
    if (key === undefined || exhausted()) return { verdict: "undecided", settled, unknowns: [gaveUp] };
    const domain = domainOf(key);
    const outcomes: Found[] = [];
    for (const fact of domain.values) {
      outcomes.push(whatever(new Map([...unknown, [key, fact]])));
      if (outcomes.some(({ verdict }) => verdict === "undecided" || verdict !== outcomes[0]?.verdict)) break;
    }
    const [first] = outcomes;
    const agreed = outcomes.every(({ verdict }) => verdict === first?.verdict && verdict !== "undecided");
    if (first !== undefined && agreed && domain.complete) return first;
    const possible = outcomes.find(({ verdict }) => verdict !== "refused");
    return {
      verdict: "undecided",
      settled: possible?.settled ?? settled,
      unknowns: [...new Set([key, ...outcomes.flatMap(({ unknowns }) => unknowns)])],
    };
  };

  const found = whatever(new Map());
  if (exhausted()) return { ...found, verdict: "undecided", unknowns: [gaveUp] };
  if (incomplete.size > 0 && found.verdict === "refused")
    return { ...found, verdict: "undecided", unknowns: [...incomplete] };
  return found;
}
