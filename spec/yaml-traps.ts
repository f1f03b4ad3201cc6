import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Parser,
  type Scalar,
} from "yaml";

/** What is legal YAML and yet not what its writer meant, or what other programs read differently. */
export interface Trap {
  readonly offset: number;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly hint: string;
  /** The content cannot even be looked at. */
  readonly fatal?: true;
}

/** Deeper than any of the files needs. */
export const deepest = 64;

/**
 * Where a text is first nested deeper than `deepest`. Looked for in the tokens, which are found and gone through without recursion:
 * composing them into a document would end with the call stack.
 */
export function tooDeepAt(text: string): number | undefined {
  const waiting = [...new Parser().parse(text)].map((token): Nested => ({ token, depth: 0 })).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return token.offset;
    waiting.push(
      ...insideOf(token)
        .map((inner) => ({ token: inner, depth: depth + 1 }))
        .toReversed(),
    );
  }
  return undefined;
}

interface Nested {
  readonly token: CST.Token;
  /** Of the document 0, of its content 1. */
  readonly depth: number;
}

function insideOf(token: CST.Token): CST.Token[] {
  if (token.type === "document") return token.value === undefined ? [] : [token.value];
  if (!("items" in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((one) => one != null));
}

/**
 * True for a key that a message may repeat. A file that may hold secrets can have one where a key belongs, so only short words of letters,
 * with at most two digits after them, are repeated of such a file.
 */
export function isTellable(key: string, quotable: boolean): boolean {
  return quotable || /^[A-Za-z_-]{0,32}\d{0,2}$/.test(key);
}

/** Keys given twice, merge keys, keys that are no text, tags, versions other than 1.2, values that contain themselves. */
export function trapsOf(document: Document, quotable: boolean): Trap[] {
  const { explicit, version } = document.directives?.yaml ?? {};
  const directive: Trap[] =
    explicit && version !== "1.2"
      ? [
          {
            offset: 0,
            path: [],
            message: `found %YAML ${version}; accepted: YAML 1.2`,
            hint: "remove the line: YAML 1.1 reads 012 as an octal number and yes as true",
          },
        ]
      : [];
  return [...directive, ...trapsIn(document.contents, [], [], { document, quotable })].map((trap) => {
    const untellable = trap.path.findIndex((part) => !isTellable(String(part), quotable));
    return untellable < 0 ? trap : { ...trap, path: trap.path.slice(0, untellable) };
  });
}

interface Context {
  readonly document: Document;
  /** False for a file that may hold secrets. */
  readonly quotable: boolean;
}

function trapsIn(
  node: Node | null,
  path: readonly PropertyKey[],
  around: readonly Node[],
  context: Context,
): Trap[] {
  const { document, quotable } = context;
  if (node === null || node === undefined) return [];
  const [offset = 0] = node.range ?? [];
  if (isAlias(node)) {
    const target = node.resolve(document);
    // Where a value belongs: a secret that begins with an asterisk is read as this.
    const name = quotable ? node.source : "…";
    if (target === undefined)
      return [
        {
          offset,
          path,
          message: `found *${name} without an anchor &${name} before it; accepted: a value`,
          hint: "write the value out; a text that begins with * has to be in quotes",
          fatal: true,
        },
      ];
    return around.includes(target)
      ? [
          {
            offset,
            path,
            message: `found *${name} within &${name} itself; accepted: a value that ends`,
            hint: "write the value out",
            fatal: true,
          },
        ]
      : [];
  }
  const inside = [...around, node];
  if (isMap(node))
    return node.items.flatMap((pair, index) => [
      ...keyTraps(pair as Pair<Node, Node | null>, node.items.slice(0, index) as Pair<Node>[], path, context),
      ...trapsIn(pair.value as Node | null, [...path, keyOf(pair)], inside, context),
    ]);
  if (isSeq(node))
    return node.items.flatMap((item, index) => trapsIn(item as Node, [...path, index], inside, context));
  return [];
}

function keyOf({ key }: Pair): string {
  if (!isScalar(key)) return "";
  // The value of a merge key is a symbol.
  return typeof key.value === "symbol" ? "<<" : String(key.value);
}

function keyTraps(
  pair: Pair<Node, Node | null>,
  earlier: readonly Pair<Node>[],
  path: readonly PropertyKey[],
  { document, quotable }: Context,
): Trap[] {
  const { key } = pair;
  const [offset = 0] = key?.range ?? [];
  const trap = (message: string, hint: string): Trap[] => [
    { offset, path: [...path, keyOf(pair)], message, hint },
  ];
  if (!isScalar(key))
    return [
      {
        offset,
        path,
        message: "found a list or a block as a key; accepted: text",
        hint: "write the key as text",
        fatal: true,
      },
    ];
  const { value, source = "" } = key as Scalar;
  if (keyOf(pair) === "<<")
    return trap(
      "found a merge key (<<), which YAML 1.2 does not have and not every program reads",
      "write the keys out",
    ).map((one) => (canBeMerged(pair.value, document) ? one : { ...one, fatal: true }));
  if (value === "__proto__") return trap("this key is not accepted", "remove it");
  if (typeof value !== "string") {
    if (source === "")
      return trap("found nothing as a key; accepted: text", "name the key, or remove the line");
    return isTellable(source, quotable)
      ? trap(`found ${source} without quotes as a key; accepted: text`, `write: "${source}":`)
      : trap(`found a ${typeof value} without quotes as a key; accepted: text`, "put the key in quotes");
  }
  return earlier.some((other) => keyOf(other) === value)
    ? trap("this key is given twice in one block", "keep the one that is meant and remove the other")
    : [];
}

/** The parser throws where it is to merge anything but a block of keys, or a list of such. */
function canBeMerged(node: Node | null, document: Document): boolean {
  const target = (one: unknown) => (isAlias(one) ? one.resolve(document) : one);
  const source = target(node);
  return isSeq(source) ? source.items.every((item) => isMap(target(item))) : isMap(source);
}
