/** A term of SMT-LIB, as text. */
export type Term = string;

export const yes: Term = "true";
export const no: Term = "false";

export function and(...parts: readonly Term[]): Term {
  return joined("and", parts, yes, no);
}

export function or(...parts: readonly Term[]): Term {
  return joined("or", parts, no, yes);
}

function joined(operator: string, parts: readonly Term[], neutral: Term, absorbing: Term): Term {
  const open = [...new Set(parts.filter((part) => part !== neutral))];
  if (open.includes(absorbing)) return absorbing;
  const [first, ...others] = open;
  if (first === undefined) return neutral;
  return others.length === 0 ? first : `(${operator} ${open.join(" ")})`;
}

export function not(part: Term): Term {
  if (part === yes) return no;
  return part === no ? yes : `(not ${part})`;
}

export function equals(one: Term, other: Term): Term {
  return `(= ${one} ${other})`;
}

/** A string literal: quotes are doubled, and what is no printable ASCII, or begins an escape, is written by its code point. */
export function literal(text: string): Term {
  const written = Array.from(text, (character) => {
    if (character === '"') return '""';
    return /^[ -~]$/.test(character) && character !== "\\"
      ? character
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return `"${written.join("")}"`;
}

/** A symbol of any name. */
function symbol(name: string): Term {
  return `|${name.replace(/[|\\]/g, "_")}|`;
}

/** Free constants of one text, each declared once, and what ties them together. */
export class Declarations {
  readonly #sorts = new Map<Term, string>();
  readonly #assertions: Term[] = [];
  readonly #folded = new Map<string, { readonly term: Term; readonly lower: Term }>();
  readonly #literals = new Map<string, Set<string>>();

  constant(
    name: string,
    sort: "Bool" | "Int" | "String",
    tie: (term: Term) => readonly Term[] = () => [],
  ): Term {
    const term = symbol(name);
    if (!this.#sorts.has(term)) {
      this.#sorts.set(term, sort);
      this.#assertions.push(...tie(term));
    }
    return term;
  }

  /** Something that nobody knows: a counterexample may have it either way. */
  unknown(what: string): Term {
    return this.constant(`unknown: ${what}`, "Bool");
  }

  /**
   * A string's value in lower case. Where policies compare it with and without case, the two are tied for every literal that they are
   * compared with; a counterexample that exploits more than that is not believed, since the enumeration does not find it.
   */
  foldedOf(name: string, term: Term): Term {
    const lower = this.constant(`${name} in lower case`, "String");
    this.#folded.set(name, { term, lower });
    return lower;
  }

  /** Remembers that a value is compared with a text as it is. */
  comparedWith(name: string, text: string): void {
    this.#literals.set(name, (this.#literals.get(name) ?? new Set()).add(text));
  }

  lines(): string[] {
    const ties = [...this.#folded].flatMap(([name, { term, lower }]) =>
      [...(this.#literals.get(name) ?? [])].map(
        (text) => `(=> ${equals(term, literal(text))} ${equals(lower, literal(text.toLowerCase()))})`,
      ),
    );
    return [
      ...[...this.#sorts].map(([term, sort]) => `(declare-const ${term} ${sort})`),
      ...[...this.#assertions, ...ties].map((term) => `(assert ${term})`),
    ];
  }
}
