import { type Comparison, comparison, holds, type Operator, type Value } from "./operators.ts";
import type { PatternText } from "./pattern.ts";

/** Where a statement stands, as a witness names it. */
export interface StatementReference {
  readonly on: string;
  readonly document: string;
  readonly index: number;
  readonly sid?: string;
}

/** A policy's value that may hold variables: text, or the name of the key whose value stands there. */
export type Template = readonly (PatternText | { readonly variable: string })[];

/** A comparison that depends on keys whose values are not settled. */
export interface Test {
  /** What is compared: a key of the request, or a value that is settled already. */
  readonly subject: { readonly key: string } | { readonly value: Value };
  readonly operator: Operator;
  readonly values: readonly Template[];
  /** Filled when no value holds a variable. */
  readonly comparisons?: readonly Comparison[];
}

export type Formula =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "test"; readonly test: Test }
  | { readonly kind: "all" | "any"; readonly parts: readonly Formula[] }
  | { readonly kind: "not"; readonly part: Formula }
  | { readonly kind: "statement"; readonly reference: StatementReference; readonly part: Formula };

export const always: Formula = { kind: "constant", value: true };
export const never: Formula = { kind: "constant", value: false };

export function constant(value: boolean): Formula {
  return value ? always : never;
}

export function all(parts: readonly Formula[]): Formula {
  return join("all", parts, false);
}

export function any(parts: readonly Formula[]): Formula {
  return join("any", parts, true);
}

/** A settled statement stays in an `any` that it settles: a witness has to name it. */
function join(kind: "all" | "any", parts: readonly Formula[], absorbing: boolean): Formula {
  const open: Formula[] = [];
  for (const part of parts) {
    if (part.kind !== "constant") open.push(part);
    else if (part.value === absorbing) return part;
  }
  const [only] = open;
  if (only === undefined) return constant(!absorbing);
  return open.length === 1 ? only : { kind, parts: open };
}

export function not(part: Formula): Formula {
  return part.kind === "constant" ? constant(!part.value) : { kind: "not", part };
}

/** @returns nothing to look at when the statement certainly does not apply. */
export function statement(reference: StatementReference, part: Formula): Formula {
  return part.kind === "constant" && !part.value ? part : { kind: "statement", reference, part };
}

/** What is settled so far; a key that is missing can still be anything. */
export type Assignment = ReadonlyMap<string, Value>;

/** @returns undefined while it depends on keys that are not settled. */
export function evaluate(formula: Formula, settled: Assignment): boolean | undefined {
  switch (formula.kind) {
    case "constant":
      return formula.value;
    case "test":
      return evaluateTest(formula.test, settled);
    case "statement":
      return evaluate(formula.part, settled);
    case "not": {
      const value = evaluate(formula.part, settled);
      return value === undefined ? undefined : !value;
    }
    default: {
      const absorbing = formula.kind === "any";
      let open = false;
      for (const part of formula.parts) {
        const value = evaluate(part, settled);
        if (value === absorbing) return absorbing;
        if (value === undefined) open = true;
      }
      return open ? undefined : !absorbing;
    }
  }
}

function evaluateTest(
  { subject, operator, values, comparisons }: Test,
  settled: Assignment,
): boolean | undefined {
  const value = "key" in subject ? settled.get(subject.key) : subject.value;
  if (value === undefined) return undefined;
  if (comparisons !== undefined) return holds(operator, comparisons, value);
  const compared: Comparison[] = [];
  for (const template of values) {
    const text = fill(template, settled);
    if (text === undefined) return undefined;
    const one = text === null ? undefined : comparison(operator, text);
    if (one !== undefined) compared.push(one);
  }
  return holds(operator, compared, value);
}

/** @returns null when a variable has no value, so that nothing equals the text; undefined while it is not settled. */
export function fill(template: Template, settled: Assignment): PatternText | null | undefined {
  let text = "";
  const literal: boolean[] = [];
  for (const part of template) {
    if ("text" in part) {
      for (const [at, mark] of part.literal.entries()) if (mark) literal[text.length + at] = true;
      text += part.text;
      continue;
    }
    const value = settled.get(part.variable);
    if (value === undefined) return undefined;
    if (typeof value !== "string") return null;
    for (let at = 0; at < value.length; at++) literal[text.length + at] = true;
    text += value;
  }
  return { text, literal };
}

export function keysOf({ subject, values }: Test): readonly string[] {
  const variables = values.flatMap((template) =>
    template.flatMap((part) => ("variable" in part ? [part.variable] : [])),
  );
  return "key" in subject ? [subject.key, ...variables] : variables;
}

export function testsIn(formula: Formula): readonly Test[] {
  if (formula.kind === "constant") return [];
  if (formula.kind === "test") return [formula.test];
  return "parts" in formula ? formula.parts.flatMap(testsIn) : testsIn(formula.part);
}

/** A key on which a still undecided part depends. */
export function openKey(
  formula: Formula,
  settled: Assignment,
  wanted: (key: string) => boolean,
): string | undefined {
  if (formula.kind === "constant" || evaluate(formula, settled) !== undefined) return undefined;
  if (formula.kind === "test") return keysOf(formula.test).find((key) => !settled.has(key) && wanted(key));
  const parts = "parts" in formula ? formula.parts : [formula.part];
  for (const part of parts) {
    const key = openKey(part, settled, wanted);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** The statements that apply under what is settled; with `perhaps` also those that may. */
export function statementsIn(
  formula: Formula,
  settled: Assignment,
  perhaps: boolean,
): readonly StatementReference[] {
  if (formula.kind === "constant" || formula.kind === "test") return [];
  if (formula.kind === "statement") {
    const applies = evaluate(formula.part, settled);
    return applies === true || (applies === undefined && perhaps) ? [formula.reference] : [];
  }
  const parts = "parts" in formula ? formula.parts : [formula.part];
  return parts.flatMap((part) => statementsIn(part, settled, perhaps));
}
