import type { OpenKey } from "./domains.ts";
import { canonicalKey, type Fact, factOf, type RequestFacts } from "./facts.ts";
import { any, constant, type Formula, fill, keysOf, type Template, type Test } from "./formula.ts";
import {
  type Comparison,
  comparison,
  equals,
  holds,
  type Operator,
  parseOperator,
  type Value,
} from "./operators.ts";
import { type PatternText, plain } from "./pattern.ts";
import type { ParsedCondition } from "./policy.ts";

/** One question under evaluation: its facts, and the keys that turn out to matter. */
export interface Question {
  readonly facts: RequestFacts;
  readonly open: ReadonlyMap<string, OpenKey>;
  /** How a policy wrote a key's name: a witness is read by people. */
  readonly spelling: Map<string, string>;
  /** Something that nobody knows: true or false, the caller cannot choose. */
  readonly unknown: (what: string) => Formula;
  readonly sessionIs: (name: string) => Formula;
  readonly compare: (
    subject: { readonly key: string } | { readonly value: Value },
    operator: Operator,
    values: readonly Template[],
  ) => Formula;
}

const isTrue: Operator = { ...equals, family: "bool", ignoreCase: true };
const sessionName = "the session's name";

export function questionOf(facts: RequestFacts): Question {
  const open = new Map<string, OpenKey>();
  const looked = new Map<string, Fact>();
  let count = 0;
  const look = (key: string): Fact => {
    const known = looked.get(key) ?? factOf(key, facts);
    looked.set(key, known);
    if (known.kind === "open") open.set(key, known.open);
    return known;
  };
  const question: Question = {
    facts,
    open,
    spelling: new Map(),
    unknown: (what) => {
      const key = `${what} [${++count}]`;
      open.set(key, { kind: "unknown", many: false, type: "Bool", alwaysPresent: true });
      return test({ subject: { key }, operator: isTrue, values: [[plain("true")]] });
    },
    sessionIs: (name) => {
      if (facts.caller.session !== undefined) return constant(facts.caller.session === name);
      open.set(sessionName, { kind: "chosen", many: false, type: "String", alwaysPresent: true });
      return test({ subject: { key: sessionName }, operator: equals, values: [[plain(name)]] });
    },
    compare: (subject, operator, written) => {
      const values: Template[] = [];
      for (const template of written) {
        const settled = settle(template, look);
        if (settled === "stranger") return question.unknown(`a variable of ${JSON.stringify(template)}`);
        if (settled !== undefined) values.push(settled);
      }
      if ("key" in subject) {
        const fact = look(subject.key);
        if (fact.kind === "stranger") return question.unknown(`the condition key ${subject.key}`);
        if (fact.kind === "fixed") return question.compare({ value: fact.value }, operator, values);
      }
      return test({ subject, operator, values }, () =>
        question.unknown(`a value of ${operator.family} form`),
      );
    },
  };
  return question;
}

/** Settles at once what can be settled. */
function test(one: Test, malformed?: () => Formula): Formula {
  if (one.values.some((template) => template.some((part) => "variable" in part)))
    return { kind: "test", test: one };
  const comparisons: Comparison[] = [];
  for (const template of one.values) {
    const text = fill(template, new Map());
    const compared = text == null ? undefined : comparison(one.operator, text);
    if (compared !== undefined) comparisons.push(compared);
    else if (malformed !== undefined) return malformed();
  }
  if ("value" in one.subject) return constant(holds(one.operator, comparisons, one.subject.value));
  return { kind: "test", test: { ...one, comparisons } };
}

/** Puts fixed values in the place of variables. */
function settle(template: Template, look: (key: string) => Fact): Template | "stranger" | undefined {
  const parts: (PatternText | { readonly variable: string })[] = [];
  for (const part of template) {
    if ("text" in part) {
      parts.push(part);
      continue;
    }
    const [, key = "", fallback] = /^([^,]*?)\s*(?:,\s*'(.*)'\s*)?$/.exec(part.variable) ?? [];
    const fact = look(canonicalKey(key));
    if (fact.kind === "stranger") return "stranger";
    if (fact.kind === "open") {
      parts.push({ variable: canonicalKey(key) });
      continue;
    }
    const value = fact.value ?? fallback;
    if (typeof value !== "string") return undefined;
    parts.push({ text: value, literal: Array.from(value, () => true) });
  }
  return parts;
}

/** Takes `${aws:username}` and the escapes `${*}`, `${?}`, `${$}` out of a policy's text. */
export function templateOf(text: string, variables: boolean): Template {
  if (!variables || !text.includes("${")) return [plain(text)];
  return text
    .split(/(\$\{[^}]*\})/)
    .filter((part) => part !== "")
    .map((part) => {
      if (!part.startsWith("${") || !part.endsWith("}")) return plain(part);
      const name = part.slice(2, -1);
      return ["*", "?", "$"].includes(name) ? { text: name, literal: [true] } : { variable: name };
    });
}

/** One operator over one key. */
export function conditionFormula(
  condition: ParsedCondition,
  variables: boolean,
  question: Question,
): Formula {
  const operator = parseOperator(condition.operator);
  if (operator === undefined) return question.unknown(`the operator ${condition.operator}`);
  if (condition.values.length === 0) return question.unknown(`no value for ${condition.key}`);
  // Variables are for texts and ARNs.
  const templates = condition.values.map((value) =>
    templateOf(value, variables && (operator.family === "string" || operator.family === "arn")),
  );
  const key = canonicalKey(condition.key);
  if (key === condition.key.toLowerCase()) question.spelling.set(key, condition.key);
  return question.compare({ key }, operator, templates);
}

/** Lists of names go along with the entries that they name: one context cannot say both. */
const lists: readonly (readonly [list: string, entries: string])[] = [
  ["aws:tagkeys", "aws:requesttag/"],
  ["kms:encryptioncontextkeys", "kms:encryptioncontext:"],
];

/** What makes the chosen values one request. */
export function consistency(formulaTests: readonly Test[], question: Question): readonly Formula[] {
  const used = new Set(formulaTests.flatMap(keysOf));
  return lists.flatMap(([list, entries]) => {
    if (!used.has(list)) return [];
    return [...used]
      .filter((key) => key.startsWith(entries))
      .map((entry) => {
        const name = [plain(entry.slice(entries.length))];
        const named = question.compare({ key: list }, { ...equals, ignoreCase: true, quantifier: "any" }, [
          name,
        ]);
        const there = question.compare({ key: entry }, { ...equals, family: "null", ignoreCase: true }, [
          [plain("false")],
        ]);
        return any([both(named, there), both(negation(named), negation(there))]);
      });
  });
}

function both(one: Formula, other: Formula): Formula {
  return { kind: "all", parts: [one, other] };
}

function negation(part: Formula): Formula {
  return { kind: "not", part };
}
