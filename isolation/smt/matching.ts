import type { Pattern, PatternText, Token } from "../evaluation/pattern.ts";
import { equals, literal, or, type Term, yes } from "./terms.ts";

/** Whether a string term matches a pattern. With `ignoreCase` the term stands for the value in lower case. */
export function matches(term: Term, { tokens, ignoreCase }: Pattern): Term {
  const fold = (character: string) => (ignoreCase ? character.toLowerCase() : character);
  const [lead, wild] = split(tokens, fold);
  const [first] = wild;
  if (first === undefined) return equals(term, literal(lead));
  if (wild.length === 1 && first.kind === "many" && first.colons)
    return lead === "" ? yes : `(str.prefixof ${literal(lead)} ${term})`;
  return `(str.in_re ${term} ${language(tokens, fold)})`;
}

/** The characters before the first wildcard, and the tokens from there on. */
function split(tokens: readonly Token[], fold: (character: string) => string): [string, readonly Token[]] {
  const at = tokens.findIndex(({ kind }) => kind !== "character");
  const lead = at < 0 ? tokens : tokens.slice(0, at);
  const text = lead.map((token) => (token.kind === "character" ? fold(token.character) : "")).join("");
  return [text, at < 0 ? [] : tokens.slice(at)];
}

function language(tokens: readonly Token[], fold: (character: string) => string): Term {
  const parts: Term[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") parts.push(`(str.to_re ${literal(text)})`);
    text = "";
  };
  for (const token of tokens) {
    if (token.kind === "character") {
      text += fold(token.character);
      continue;
    }
    flush();
    const one = token.colons ? "re.allchar" : '(re.diff re.allchar (str.to_re ":"))';
    if (token.kind === "one") parts.push(one);
    else parts.push(token.colons ? "re.all" : `(re.* ${one})`);
  }
  flush();
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : `(re.++ ${parts.join(" ")})`;
}

export function oneOf(term: Term, values: readonly string[]): Term {
  return or(...values.map((value) => equals(term, literal(value))));
}

/** An ARN of an identity with a fixed account, taken apart; undefined where a wildcard stands before its name. */
export function identityParts({ text }: PatternText): { account: string; name: string } | undefined {
  const [, account, name] = /^arn:aws:iam::(\d{12}):(.*)$/.exec(text) ?? [];
  return account === undefined || name === undefined ? undefined : { account, name };
}
