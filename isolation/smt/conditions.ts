import { templateOf } from "../evaluation/conditions.ts";
import { canonicalKey } from "../evaluation/facts.ts";
import { fill, type Template } from "../evaluation/formula.ts";
import { type Comparison, comparison, holds, type Operator, parseOperator } from "../evaluation/operators.ts";
import { isFixed, type PatternText } from "../evaluation/pattern.ts";
import type { ParsedCondition } from "../evaluation/policy.ts";
import { arnMatches, arnTerm } from "./caller.ts";
import { anyPresent, type Element, type KeyTerm, keyTerm, type SymbolicRequest } from "./keys.ts";
import { matches } from "./matching.ts";
import { and, equals, literal, no, not, or, type Term, yes } from "./terms.ts";

/** One operator over one key. */
export function conditionTerm(
  condition: ParsedCondition,
  variables: boolean,
  request: SymbolicRequest,
): Term {
  const { declarations } = request;
  const operator = parseOperator(condition.operator);
  const what = `${condition.operator} ${condition.key} ${condition.values.join(" ")}`;
  if (operator === undefined || condition.values.length === 0) return declarations.unknown(what);
  const key = keyTerm(canonicalKey(condition.key), request);
  if (key.kind === "stranger") return declarations.unknown(what);
  const textual = operator.family === "string" || operator.family === "arn";
  const templates = condition.values.map((value) => templateOf(value, variables && textual));
  const values: Value[] = [];
  for (const template of templates) {
    const value = writtenValue(template, operator, request);
    if (value === "malformed") return declarations.unknown(what);
    if (value !== "nothing") values.push(value);
  }
  return holdsTerm(operator, values, key, request, what);
}

/** A policy's value: settled, or a text with the values of other keys in it. */
type Value =
  | { readonly written: PatternText; readonly compared: Comparison }
  | { readonly term: Term; readonly present: Term };

function writtenValue(
  template: Template,
  operator: Operator,
  request: SymbolicRequest,
): Value | "malformed" | "nothing" {
  const written = fill(template, new Map());
  if (written != null) {
    const compared = comparison(operator, written);
    return compared === undefined ? "malformed" : { written, compared };
  }
  const parts: Term[] = [];
  const present: Term[] = [];
  for (const part of template) {
    if ("text" in part) {
      if (operator.wildcards && /[*?]/.test(part.text)) return "malformed";
      parts.push(literal(part.text));
      continue;
    }
    const key = keyTerm(canonicalKey(part.variable), request);
    const one = variableTerm(key, request);
    if (one === undefined) return key.kind === "fixed" && key.value === null ? "nothing" : "malformed";
    parts.push(one.term);
    present.push(one.present);
  }
  return {
    term: parts.length === 1 ? (parts[0] ?? '""') : `(str.++ ${parts.join(" ")})`,
    present: and(...present),
  };
}

function variableTerm(key: KeyTerm, { caller }: SymbolicRequest) {
  if (key.kind === "fixed" && typeof key.value === "string")
    return { term: literal(key.value), present: yes };
  if (key.kind === "caller's ARN") return { term: arnTerm(caller), present: key.present };
  return key.kind === "open" && key.elements.length === 1 ? key.elements[0] : undefined;
}

function holdsTerm(
  operator: Operator,
  values: readonly Value[],
  key: Exclude<KeyTerm, { kind: "stranger" }>,
  request: SymbolicRequest,
  what: string,
): Term {
  if (key.kind === "fixed") {
    const comparisons = values.flatMap((value) => ("compared" in value ? [value.compared] : []));
    if (comparisons.length === values.length) return holds(operator, comparisons, key.value) ? yes : no;
    if (typeof key.value !== "string") return request.declarations.unknown(what);
    const { value } = key;
    const fixed = { name: what, term: literal(value), present: yes };
    return quantified(operator, [fixed], () =>
      or(
        ...values.map((one) => {
          if ("compared" in one) return one.compared.matches(value) ? yes : no;
          return operator.ignoreCase
            ? request.declarations.unknown(what)
            : and(one.present, equals(fixed.term, one.term));
        }),
      ),
    );
  }
  if (key.kind === "caller's ARN") {
    const arn = { name: "aws:principalarn", term: "", present: key.present };
    return quantified(
      operator,
      [arn],
      () =>
        or(
          ...values.map((value) => {
            if ("term" in value && !operator.ignoreCase)
              return and(value.present, equals(arnTerm(request.caller), value.term));
            return "written" in value && value.compared.pattern !== undefined
              ? arnMatches(request.caller, value.written, value.compared.pattern, request.world)
              : request.declarations.unknown(what);
          }),
        ),
      values,
    );
  }
  return quantified(operator, key.elements, (one) => anyValue(operator, values, one, request), values);
}

/** The operator over whatever is there of these elements, absence included. */
function quantified(
  operator: Operator,
  elements: readonly Element[],
  compare: (one: Element) => Term,
  values: readonly Value[] = [],
): Term {
  const present = anyPresent(elements);
  if (operator.family === "null") {
    const asks = (text: string) =>
      values.some((value) => "compared" in value && value.compared.matches(text));
    return or(asks("true") ? not(present) : no, asks("false") ? present : no);
  }
  const one = (element: Element) => (operator.negated ? not(compare(element)) : compare(element));
  const every = operator.quantifier === "all" || (operator.quantifier === "one" && operator.negated);
  // Of nothing, every comparison holds and none does.
  if (every) return and(...elements.map((element) => or(not(element.present), one(element))));
  const some = or(...elements.map((element) => and(element.present, one(element))));
  return operator.ifExists ? or(not(present), some) : some;
}

function anyValue(
  operator: Operator,
  values: readonly Value[],
  { name, term, only, form }: Element,
  { declarations }: SymbolicRequest,
): Term {
  return or(
    ...values.map((value) => {
      if ("term" in value) {
        return operator.ignoreCase
          ? declarations.unknown(`${name} without case ${value.term}`)
          : and(value.present, equals(term, value.term));
      }
      const { compared, written } = value;
      if (only !== undefined)
        return or(...only.filter(compared.matches).map((text) => equals(term, literal(text))));
      if (compared.pattern === undefined)
        return orderedTerm(operator, name, compared, written.text, declarations);
      if (isFixed(compared.pattern) && form?.test(written.text) === false) return no;
      if (compared.pattern.ignoreCase) return matches(declarations.foldedOf(name, term), compared.pattern);
      declarations.comparedWith(name, written.text);
      return matches(term, compared.pattern);
    }),
  );
}

/** Numbers and dates are compared as integers, in thousandths; an address lies within a range or does not. */
function orderedTerm(
  { family, order }: Operator,
  name: string,
  { edges = [] }: Comparison,
  text: string,
  declarations: SymbolicRequest["declarations"],
): Term {
  const limit = family === "date" ? Date.parse(edges[1] ?? "") : Number(edges[1]) * 1000;
  if (family === "ip" || !Number.isSafeInteger(limit))
    return declarations.constant(`${name} is within ${text}`, "Bool");
  const value = declarations.constant(`${name} as a ${family === "date" ? "time" : "number"}`, "Int");
  const relation = { equal: "=", less: "<", "at most": "<=", greater: ">", "at least": ">=" }[order];
  return `(${relation} ${value} ${limit < 0 ? `(- ${-limit})` : limit})`;
}
