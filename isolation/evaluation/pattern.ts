/** A pattern's element: a character, or a wildcard that may or may not run over a colon. */
export type Token =
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: "one" | "many"; readonly colons: boolean };

export interface Pattern {
  readonly tokens: readonly Token[];
  readonly ignoreCase: boolean;
  readonly matches: (text: string) => boolean;
  /** The same for patterns that were compiled once. */
  readonly id: number;
}

/** Where a pattern stands decides what its wildcards mean. */
export type PatternKind = "literal" | "text" | "arn" | "resource";

/**
 * The characters of a written pattern; `literal` marks those that came out of a variable or of `${*}`, which are no wildcards.
 */
export interface PatternText {
  readonly text: string;
  readonly literal: readonly boolean[];
}

export function plain(text: string): PatternText {
  return { text, literal: [] };
}

/**
 * `text`: `*` and `?` stand for anything. `arn`: the six parts of an ARN are compared one by one, so that a wildcard of the first five
 * stays in its part. `resource`: the same, but a `*` that ends a part runs on over the following ones, as the Resource element's does.
 */
export function compile(written: PatternText, kind: PatternKind, ignoreCase = false): Pattern {
  if (written.literal.length > 0) return compileAnew(written, kind, ignoreCase);
  const name = `${kind} ${ignoreCase} ${written.text}`;
  const known = compiled.get(name) ?? compileAnew(written, kind, ignoreCase);
  compiled.set(name, known);
  return known;
}

const compiled = new Map<string, Pattern>();
let count = 0;

function compileAnew({ text, literal }: PatternText, kind: PatternKind, ignoreCase: boolean): Pattern {
  const tokens: Token[] = [];
  let colons = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === ":") colons++;
    const wildcard = kind !== "literal" && !literal[at] && (character === "*" || character === "?");
    if (!wildcard) {
      tokens.push({ kind: "character", character });
      continue;
    }
    const ends = at === text.length - 1 || text.charAt(at + 1) === ":";
    const inside = kind !== "text" && colons < 5;
    const runsOn = kind === "resource" && character === "*" && ends;
    tokens.push({ kind: character === "*" ? "many" : "one", colons: !inside || runsOn });
  }
  const source = tokens
    .map((token) => {
      if (token.kind === "character") return token.character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      return `${token.colons ? "[^]" : "[^:]"}${token.kind === "many" ? "*" : ""}`;
    })
    .join("");
  const whole = new RegExp(`^${source}$`, ignoreCase ? "i" : "");
  const fixed = tokens.every((token) => token.kind === "character");
  const matches =
    fixed && !ignoreCase ? (value: string) => value === text : (value: string) => whole.test(value);
  return { tokens, ignoreCase, matches, id: count++ };
}

export function isFixed({ tokens }: Pattern): boolean {
  return tokens.every(({ kind }) => kind === "character");
}

const fillers = ["x", "z", "~", "#", "_", "0", "é"];
const mostStates = 40_000;

/**
 * For every combination of matching and not matching that some text makes with these patterns, one such text.
 *
 * @returns undefined when there are too many combinations to look through.
 */
export function representatives(patterns: readonly Pattern[]): readonly string[] | undefined {
  return patterns.every(isFixed) ? ofFixed(patterns) : ofAutomaton(patterns);
}

function ofFixed(patterns: readonly Pattern[]): readonly string[] {
  const written = patterns.map(({ tokens }) =>
    tokens.map((token) => (token.kind === "character" ? token.character : "")).join(""),
  );
  const found = new Set(written);
  for (const [index, { ignoreCase }] of patterns.entries()) {
    if (ignoreCase) {
      const another = casings(written[index] ?? "", found.size + 1).find((casing) => !found.has(casing));
      if (another !== undefined) found.add(another);
    }
  }
  const other = fillers.find((filler) => patterns.every((pattern) => !pattern.matches(filler)));
  found.add(other ?? `${written.join("")}x`);
  return [...found];
}

/** At most `count` ways to write a text in other letters' cases. */
function casings(text: string, count: number): readonly string[] {
  let found = [""];
  for (const character of text) {
    const both = [...new Set([character, character.toUpperCase(), character.toLowerCase()])];
    found = found.flatMap((start) =>
      (found.length > count ? both.slice(0, 1) : both).map((one) => start + one),
    );
  }
  return found;
}

/** Walks through the patterns side by side, character by character, and keeps a shortest text for each set of patterns that match. */
function ofAutomaton(patterns: readonly Pattern[]): readonly string[] | undefined {
  const alphabet = alphabetOf(patterns);
  const start = patterns.map((pattern) => settle(pattern, [0]));
  const seen = new Set([keyOf(start)]);
  const found = new Map<string, string>();
  let edge: { readonly at: readonly (readonly number[])[]; readonly text: string }[] = [
    { at: start, text: "" },
  ];
  while (edge.length > 0) {
    const next: typeof edge = [];
    for (const { at, text } of edge) {
      for (const character of alphabet) {
        const moved = at.map((positions, index) => step(patterns[index], positions, character));
        const key = keyOf(moved);
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > mostStates) return undefined;
        const grown = text + character;
        const ends = moved.map((positions, index) =>
          positions.includes(patterns[index]?.tokens.length ?? -1),
        );
        const vector = ends.map(Number).join("");
        if (!found.has(vector)) found.set(vector, grown);
        next.push({ at: moved, text: grown });
      }
    }
    edge = next;
  }
  return [...found.values()];
}

function alphabetOf(patterns: readonly Pattern[]): readonly string[] {
  const characters = new Set<string>([":"]);
  for (const { tokens, ignoreCase } of patterns) {
    for (const token of tokens) {
      if (token.kind !== "character") continue;
      characters.add(token.character);
      if (ignoreCase) {
        characters.add(token.character.toLowerCase());
        characters.add(token.character.toUpperCase());
      }
    }
  }
  const filler = fillers.find((one) => !characters.has(one)) ?? "\u00e9\u00e9";
  return [filler, ...[...characters].sort()];
}

function keyOf(states: readonly (readonly number[])[]): string {
  return states.map((positions) => positions.join(",")).join(";");
}

/** A star may stand for nothing: whoever stands before it stands behind it too. */
function settle({ tokens }: Pattern, positions: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (const position of positions) {
    let at = position;
    all.add(at);
    while (tokens[at]?.kind === "many") all.add(++at);
  }
  return [...all].sort((a, b) => a - b);
}

function step(
  pattern: Pattern | undefined,
  positions: readonly number[],
  character: string,
): readonly number[] {
  if (pattern === undefined || positions.length === 0) return [];
  const moved = new Set<number>();
  for (const position of positions) {
    const token = pattern.tokens[position];
    if (token === undefined) continue;
    if (token.kind === "character") {
      const same = pattern.ignoreCase
        ? token.character.toLowerCase() === character.toLowerCase()
        : token.character === character;
      if (same) moved.add(position + 1);
    } else if (token.colons || character !== ":") moved.add(token.kind === "many" ? position : position + 1);
  }
  return settle(pattern, [...moved]);
}
