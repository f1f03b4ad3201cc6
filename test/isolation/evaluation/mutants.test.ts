import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as evaluator from "../../../isolation/evaluation/access.ts";
import { root as repository } from "../../house/sources.ts";
import { themes } from "./cases/index.ts";
import { mutants } from "./mutants.ts";
import { ask, smallWorld } from "./small-world.ts";
import { type Sample, samples } from "./worlds.ts";

type Evaluator = Pick<typeof evaluator, "indexWorld" | "mayAccess">;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evaluator-mutants-"));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const table = Object.values(themes).flat();
const drawn = fc.sample(samples, { numRuns: 300, seed: 7 });

function answerOf(
  { indexWorld, mayAccess }: Evaluator,
  { parts, caller, action, resource, context }: Sample,
): string {
  const world = indexWorld(smallWorld(parts));
  const concrete = mayAccess(world, ask(caller, action, resource, { closed: true, context })).verdict;
  return `${concrete} ${mayAccess(world, ask(caller, action, resource)).verdict}`;
}

/** By the first case or sample that it answers differently. */
function killedBy(mutant: Evaluator): string | undefined {
  const wrong = table.find(
    ({ world, ask: asked, expect: expected }) =>
      mutant.mayAccess(mutant.indexWorld(smallWorld(world)), asked).verdict !== expected,
  );
  if (wrong !== undefined) return wrong.name;
  const sample = drawn.find((one) => answerOf(mutant, one) !== answerOf(evaluator, one));
  return sample === undefined ? undefined : `a request for ${sample.action}`;
}

async function load(name: string, change: (text: string, file: string) => string): Promise<Evaluator> {
  const place = join(folder, name);
  mkdirSync(place);
  cpSync(join(repository, "isolation"), place, {
    recursive: true,
    filter: (path) => !/\/(proof|smt)$/.test(path),
  });
  for (const file of new Set(mutants.map((one) => one.file))) {
    const path = join(place, "evaluation", file);
    writeFileSync(path, change(readFileSync(path, "utf8"), file));
  }
  return import(/* @vite-ignore */ pathToFileURL(join(place, "evaluation", "access.ts")).href);
}

test("the copy that is not changed passes", async () => {
  expect(killedBy(await load("unchanged", (text) => text))).toBeUndefined();
});

test.each(mutants.map((mutant, index) => ({ ...mutant, index })))(
  "is noticed: $name",
  async ({ file, from, to, index }) => {
    const mutant = await load(`mutant-${index}`, (text, name) => {
      if (name !== file) return text;
      expect(text.split(from)).toHaveLength(2);
      return text.replace(from, () => to);
    });
    expect(killedBy(mutant)).toBeDefined();
  },
);
