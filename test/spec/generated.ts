import fc, { type Arbitrary } from "fast-check";
import { stringify } from "yaml";
import { type Mutation, mutate, mutations } from "../support/mutations.ts";
import { choices, dataOf, names } from "./generated-choices.ts";

/** The content of an input folder by file name; what is not there is no file. */
export type Folder = Readonly<Record<string, string>>;

interface Break extends Mutation {
  readonly file: string;
}

const breaks: Arbitrary<Break> = fc
  .tuple(fc.constantFrom(...names), mutations)
  .map(([file, mutation]) => ({ file, ...mutation }));

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
    for (const one of some) mutate(data[one.file] ?? {}, one);
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
