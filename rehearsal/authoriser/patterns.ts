import type { Context } from "./question.ts";

/** One piece of a pattern: a text to be met as it is, any one character, or any characters. */
type Piece = { readonly text: string } | "one" | "any";

const variable = /\$\{([^}]*)\}/g;
const special: Readonly<Record<string, string>> = { "*": "*", "?": "?", $: "$" };

/**
 * A policy's pattern with its variables filled in; undefined where the request lacks what a variable stands for, since such a pattern
 * matches nothing (IAM user guide, "Policy variables"). What a variable brings is text: wildcards in it are none.
 */
function pieces(pattern: string, context: Context | undefined): readonly Piece[] | undefined {
  const result: Piece[] = [];
  let end = 0;
  for (const match of context === undefined ? [] : pattern.matchAll(variable)) {
    result.push(...plainPieces(pattern.slice(end, match.index)));
    const value = meant(match[1] ?? "", context);
    if (value === undefined) return undefined;
    result.push({ text: value });
    end = match.index + match[0].length;
  }
  result.push(...plainPieces(pattern.slice(end)));
  return result;
}

function plainPieces(text: string): readonly Piece[] {
  return text
    .split(/([*?])/)
    .filter((part) => part !== "")
    .map((part) => (part === "*" ? "any" : part === "?" ? "one" : { text: part }));
}

/** `${key}` or `${key, 'default'}`; of a key with several values none can be meant. */
function meant(inside: string, context: Context | undefined): string | undefined {
  const [, name = "", fallback] = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inside) ?? [];
  if (name in special) return special[name];
  const values = context?.get(name.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `within`: what a wildcard may stand for. */
function source(of: readonly Piece[], within = "."): string {
  return of
    .map((piece) => (piece === "any" ? `${within}*` : piece === "one" ? within : escaped(piece.text)))
    .join("");
}

/** Patterns without variables are the same for every request. */
const compiled = {
  text: new Map<string, RegExp>(),
  folded: new Map<string, RegExp>(),
  arn: new Map<string, RegExp>(),
  resource: new Map<string, RegExp>(),
};
const mostPatterns = 20_000;

function remembered(kind: keyof typeof compiled, pattern: string, make: () => RegExp): RegExp {
  const patterns = compiled[kind];
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  if (patterns.size >= mostPatterns) patterns.clear();
  const made = make();
  patterns.set(pattern, made);
  return made;
}

const hasVariable = (pattern: string, context: Context | undefined) =>
  context !== undefined && pattern.includes("${");

/** `*` and `?` anywhere. Without a context there are no variables. */
export function like(pattern: string, text: string, context?: Context): boolean {
  if (!hasVariable(pattern, context)) {
    const make = () => new RegExp(`^${source(plainPieces(pattern))}$`, "s");
    return remembered("text", pattern, make).test(text);
  }
  const filled = pieces(pattern, context);
  return filled !== undefined && new RegExp(`^${source(filled)}$`, "s").test(text);
}

/** Actions: whatever the case of their letters, and without variables. */
export function actionLike(pattern: string, action: string): boolean {
  const make = () => new RegExp(`^${source(plainPieces(pattern))}$`, "is");
  return remembered("folded", pattern, make).test(action);
}

/** The text that a value without wildcards stands for. */
export function filledIn(value: string, context: Context | undefined): string | undefined {
  if (!hasVariable(value, context)) return value;
  const filled = pieces(value, context);
  return filled?.map((piece) => (piece === "any" ? "*" : piece === "one" ? "?" : piece.text)).join("");
}

/**
 * ARNs part by part: a wildcard does not reach over a colon of the first five (IAM user guide, "ARN condition operators"), and parts
 * that a short pattern leaves out are anything.
 */
export function arnLike(pattern: string, arn: string, context: Context | undefined): boolean {
  return arnMatches("arn", pattern, arn, context);
}

/** The same for the Resource element, where a `*` that ends a part runs on over colons (IAM user guide, "Resource"). */
export function resourceLike(pattern: string, arn: string, context: Context | undefined): boolean {
  return arnMatches("resource", pattern, arn, context);
}

function arnMatches(
  kind: "arn" | "resource",
  pattern: string,
  arn: string,
  context: Context | undefined,
): boolean {
  if (pattern === "*") return true;
  if (!hasVariable(pattern, context)) {
    return remembered(kind, pattern, () => arnExpression(kind, pattern, undefined) ?? /^$/).test(arn);
  }
  return arnExpression(kind, pattern, context)?.test(arn) ?? false;
}

function arnExpression(
  kind: "arn" | "resource",
  pattern: string,
  context: Context | undefined,
): RegExp | undefined {
  const sources: string[] = [];
  const parts = partsOf(pattern);
  for (let index = 0; index < 6; index++) {
    const filled = pieces(parts[index] ?? "*", context);
    if (filled === undefined) return undefined;
    const runsOn = kind === "resource" && filled.at(-1) === "any";
    const start = source(runsOn ? filled.slice(0, -1) : filled, index < 5 ? "[^:]" : ".");
    sources.push(runsOn ? `${start}.*` : start);
  }
  return new RegExp(`^${sources.join(":")}$`, "s");
}

/** Colons within `${…}` separate nothing. */
function partsOf(arn: string): readonly string[] {
  const result: string[] = [];
  let inVariable = false;
  let current = "";
  for (const [index, letter] of [...arn].entries()) {
    if (letter === "{" && arn[index - 1] === "$") inVariable = true;
    if (letter === "}") inVariable = false;
    if (letter === ":" && !inVariable && result.length < 5) {
      result.push(current);
      current = "";
    } else current += letter;
  }
  return [...result, current];
}
