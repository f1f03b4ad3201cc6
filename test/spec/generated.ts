import fc, { type Arbitrary } from "fast-check";
import { stringify } from "yaml";
import { choices, type Data, dataOf, names } from "./generated-choices.ts";

/** The content of an input folder by file name; what is not there is no file. */
export type Folder = Readonly<Record<string, string>>;

/** Values that are wrong almost anywhere. */
const odd: readonly unknown[] = [
  ...[
    null,
    "",
    " ",
    "x",
    0,
    -1,
    1.5,
    1e21,
    true,
    [],
    {},
    [null],
    [[]],
    "2026-11-22",
    "012345678901",
    12345678901,
  ],
  ...[
    "testnet",
    "policy-node0.db-info",
    "wallet.db-info #DB_HOST",
    "name: x",
    "../..",
    "$(HOME)",
    "*",
    "a".repeat(300),
  ],
  ...[
    "ünïcode",
    "🔑",
    "\u202e",
    "a\nb",
    "__proto__",
    "constructor",
    "arn:aws:iam::111111111111:root",
    "111111111111",
  ],
];

/** A change of one place, which numbers choose: as many of them as the place is deep. */
interface Break {
  readonly file: string;
  readonly steps: readonly number[];
  readonly kind: "remove" | "rename" | "replace" | "repeat" | "move";
  readonly value: unknown;
}

const breaks: Arbitrary<Break> = fc.record({
  file: fc.constantFrom(...names),
  steps: fc.array(fc.nat(1000), { minLength: 1, maxLength: 7 }),
  kind: fc.constantFrom("remove", "rename", "replace", "repeat", "move"),
  value: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...odd) }, fc.jsonValue({ maxDepth: 2 })),
});

/** The holder of a place, and the key under which it is held. */
function placeIn(
  data: object,
  [first = 0, ...rest]: readonly number[],
): readonly [object, string] | undefined {
  const keys = Object.keys(data);
  const key = keys[first % keys.length];
  if (key === undefined) return undefined;
  const inner: unknown = Reflect.get(data, key);
  const deeper =
    rest.length > 0 && typeof inner === "object" && inner !== null ? placeIn(inner, rest) : undefined;
  return deeper ?? [data, key];
}

function broken(data: Record<string, Data>, { file, steps, kind, value }: Break): void {
  const found = data[file] && placeIn(data[file], steps);
  if (found === undefined) return;
  const [holder, key] = found;
  const old: unknown = Reflect.get(holder, key);
  if (Array.isArray(holder)) {
    if (kind === "remove" || kind === "rename") holder.splice(Number(key), 1);
    else if (kind === "repeat") holder.push(old);
    else if (kind === "move") holder.reverse();
    else holder[Number(key)] = value;
    return;
  }
  if (kind === "remove" || kind === "rename" || kind === "move") Reflect.deleteProperty(holder, key);
  if (kind === "rename") Reflect.set(holder, `${key.slice(0, -1)}`, old);
  if (kind === "move") Reflect.set(data[file] ?? {}, key, old);
  if (kind === "repeat") Reflect.set(holder, `${key}2`, old);
  if (kind === "replace") Reflect.set(holder, key, value);
}

/** What a hand does to a text. */
interface Slip {
  readonly file: string;
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const slips: Arbitrary<Slip> = fc.record({
  file: fc.constantFrom(...names),
  at: fc.nat(20_000),
  remove: fc.nat(3),
  insert: fc.constantFrom(
    "",
    "\t",
    ": ",
    "\n",
    "'",
    '"',
    "[",
    "{",
    "*",
    "&",
    "!",
    "- ",
    "%",
    "#",
    " #",
    "<<: ",
    "\r\n",
  ),
});

/** Input folders: sound ones, ones whose files contradict each other, and broken ones. */
export const folders: Arbitrary<Folder> = fc
  .record({
    choices,
    breaks: fc.oneof({ weight: 2, arbitrary: fc.constant<Break[]>([]) }, fc.array(breaks, { maxLength: 3 })),
    slips: fc.oneof({ weight: 7, arbitrary: fc.constant<Slip[]>([]) }, fc.array(slips, { maxLength: 2 })),
  })
  .map(({ choices: chosen, breaks: some, slips: typed }) => {
    const data = structuredClone(dataOf(chosen));
    for (const one of some) broken(data, one);
    const texts = Object.entries(data).map(([name, content]): [string, string] => [
      name,
      typed
        .filter(({ file }) => file === name)
        .reduce(
          (text, { at, remove, insert }) =>
            text.slice(0, at % text.length) + insert + text.slice((at % text.length) + remove),
          stringify(content),
        ),
    ]);
    return Object.fromEntries(texts);
  });
