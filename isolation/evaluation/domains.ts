import { fill, keysOf, type Template, type Test } from "./formula.ts";
import { type Comparison, comparison, type Value } from "./operators.ts";
import { compile, type Pattern, plain, representatives } from "./pattern.ts";

/** What is known of a key that is not settled. */
export interface OpenKey {
  /** `chosen` by the caller, or a fact that nobody told (`unknown`). */
  readonly kind: "chosen" | "unknown";
  readonly many: boolean;
  /** Its type as AWS's documentation gives it. */
  readonly type: string;
  readonly alwaysPresent: boolean;
}

/** Values to try; `complete` when no other value could make a difference. */
export interface Domain {
  readonly values: readonly Value[];
  readonly complete: boolean;
}

const mostElements = 7;
const remembered = new Map<string, readonly string[] | undefined>();

/** For each open key, one value for every way in which it can make the tests come out. */
export function domainsOf(
  tests: readonly Test[],
  open: ReadonlyMap<string, OpenKey>,
): ReadonlyMap<string, Domain> {
  const ofKey = new Map<string, Test[]>();
  for (const test of tests) {
    for (const key of new Set(keysOf(test))) ofKey.set(key, [...(ofKey.get(key) ?? []), test]);
  }
  return new Map(
    [...ofKey].map(([key, itsTests]) => {
      const known = open.get(key) ?? { kind: "unknown", many: false, type: "String", alwaysPresent: false };
      const linked = itsTests.some(({ comparisons }) => comparisons === undefined);
      return [key, linked ? linkedDomain(key, known, tests) : closedDomain(itsTests, known)];
    }),
  );
}

function closedDomain(tests: readonly Test[], known: OpenKey): Domain {
  const { elements, complete } = elementsOf(tests, known);
  return withAbsence(known, elements, complete, tests);
}

function withAbsence(
  known: OpenKey,
  elements: readonly string[],
  complete: boolean,
  tests: readonly Test[],
): Domain {
  const absent: readonly Value[] = known.alwaysPresent ? [] : [null];
  if (!known.many) return { values: [...elements, ...absent], complete };
  if (elements.length <= mostElements) return { values: [...subsets(elements), ...absent], complete };
  const pairs = elements.flatMap((one, index) => elements.slice(index + 1).map((other) => [one, other]));
  const sets: readonly Value[] = [...elements.map((one) => [one]), ...pairs, elements];
  const needsMore = tests.some(({ operator }) => operator.quantifier !== "one");
  return { values: [...sets, ...absent], complete: complete && !needsMore };
}

/** All sets of at least one element, small ones first. */
function subsets(elements: readonly string[]): readonly (readonly string[])[] {
  let sets: readonly (readonly string[])[] = [[]];
  for (const element of elements) sets = [...sets, ...sets.map((set) => [...set, element])];
  return sets.slice(1).sort((one, other) => one.length - other.length);
}

function elementsOf(
  tests: readonly Test[],
  { type }: OpenKey,
): { readonly elements: readonly string[]; readonly complete: boolean } {
  const families = new Set(
    tests.map(({ operator }) => operator.family).filter((family) => family !== "null"),
  );
  if (type === "Bool" || (families.size === 1 && families.has("bool")))
    return { elements: ["true", "false"], complete: true };
  const comparisons = tests.flatMap((test) => test.comparisons ?? []).filter((one) => one !== undefined);
  const edges = comparisons.flatMap((one) => one.edges ?? []);
  const patterns = tests
    .filter(({ operator }) => operator.family !== "null")
    .flatMap((test) => (test.comparisons ?? []).flatMap((one) => one.pattern ?? []));
  if (edges.length > 0) {
    const texts = patterns.length > 0 ? (textsFor(patterns) ?? []) : [];
    return { elements: [...new Set([...edges, ...texts])], complete: patterns.length === 0 };
  }
  if (patterns.length === 0) return { elements: ["x"], complete: true };
  const texts = textsFor(patterns);
  return texts === undefined
    ? { elements: fallback(patterns), complete: false }
    : { elements: distinct(texts, comparisons), complete: true };
}

function textsFor(patterns: readonly Pattern[]): readonly string[] | undefined {
  const unique = new Map(patterns.map((pattern) => [pattern.id, pattern]));
  const key = [...unique.keys()].sort().join();
  if (!remembered.has(key)) remembered.set(key, representatives([...unique.values()]));
  return remembered.get(key);
}

/** One text a pattern, its wildcards filled with a letter. */
function fallback(patterns: readonly Pattern[]): readonly string[] {
  return patterns.map(({ tokens }) =>
    tokens.map((token) => (token.kind === "character" ? token.character : "x")).join(""),
  );
}

/** Texts that come out the same everywhere are worth one try. */
function distinct(texts: readonly string[], comparisons: readonly Comparison[]): readonly string[] {
  const found = new Map<string, string>();
  for (const text of texts) {
    const outcome = comparisons.map(({ matches }) => (matches(text) ? 1 : 0)).join("");
    if (!found.has(outcome)) found.set(outcome, text);
  }
  return [...found.values()];
}

/**
 * Keys that a policy compares with each other by variables: their values are taken from one pool, so that they can be equal and can
 * differ. Complete where a variable is the whole value, or where what it is compared with is settled.
 */
function linkedDomain(key: string, known: OpenKey, tests: readonly Test[]): Domain {
  const group = groupOf(key, tests);
  const inGroup = tests.filter((test) => keysOf(test).some((one) => group.has(one)));
  const wanted: Pattern[] = [];
  let complete = true;
  for (const { subject, operator, values, comparisons } of inGroup) {
    if (comparisons !== undefined) {
      for (const one of comparisons) {
        if (one.pattern !== undefined && operator.family !== "null") wanted.push(one.pattern);
        else if (one.edges !== undefined) complete = false;
      }
      continue;
    }
    for (const template of values) {
      const variables = template.filter((part) => "variable" in part);
      const closed = variables.length === 0 ? fill(template, new Map()) : undefined;
      if (closed != null) {
        const one = comparison(operator, closed)?.pattern;
        if (one !== undefined) wanted.push(one);
      }
      if (variables.length === 0) continue;
      if ("value" in subject) {
        const fits = variables.length === 1 ? fitting(template, subject.value, operator) : undefined;
        if (fits === undefined) complete = false;
        else wanted.push(...fits.map((text) => compile(plain(text), "literal")));
      } else if (template.length > 1) complete = false;
    }
  }
  const texts = wanted.length > 0 ? textsFor(wanted) : ["x"];
  const pool = texts ?? fallback(wanted);
  const spare = ["another-1", "another-2"].filter((one) => wanted.every((pattern) => !pattern.matches(one)));
  const grown = inGroup.flatMap(({ values, operator }) =>
    operator.family === "resource"
      ? []
      : values.flatMap((template) =>
          template.length > 1 ? pool.map((text) => instance(template, text)) : [],
        ),
  );
  const elements = [...new Set([...pool, ...spare, ...grown])];
  return withAbsence(known, elements, complete && texts !== undefined, inGroup);
}

function groupOf(key: string, tests: readonly Test[]): ReadonlySet<string> {
  const group = new Set([key]);
  for (let before = 0; before !== group.size; ) {
    before = group.size;
    for (const test of tests) {
      const keys = test.comparisons === undefined ? keysOf(test) : [];
      if (keys.some((one) => group.has(one))) for (const one of keys) group.add(one);
    }
  }
  return group;
}

/** The values of a template's only variable with which it matches a settled text. */
function fitting(
  template: Template,
  value: Value,
  operator: Test["operator"],
): readonly string[] | undefined {
  const variable = template.flatMap((part) => ("variable" in part ? [part.variable] : []))[0];
  const subjects = value === null ? [] : typeof value === "string" ? [value] : value;
  if (variable === undefined) return undefined;
  const found = new Set<string>();
  for (const subject of subjects) {
    for (let from = 0; from < subject.length; from++) {
      for (let to = from + 1; to <= subject.length; to++) {
        const text = subject.slice(from, to);
        if (found.has(text)) continue;
        const filled = fill(template, new Map([[variable, text]]));
        if (filled != null && comparison(operator, filled)?.matches(subject)) found.add(text);
        if (found.size > 64) return undefined;
      }
    }
  }
  return [...found];
}

function instance(template: Template, text: string): string {
  return template.map((part) => ("variable" in part ? text : part.text.replace(/[*?]/g, "x"))).join("");
}
