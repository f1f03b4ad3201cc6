import { expect, test } from "vitest";
import { read, shipped, sourcesOf, textFiles } from "./sources.ts";

const longest = 300;

test(`no shipped file is longer than ${longest} lines`, () => {
  const long = shipped
    .flatMap(sourcesOf)
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > longest);
  expect(long).toEqual([]);
});

/** Promises of later work, and what means something only where a line happened to be written. */
const unwanted: readonly RegExp[] = [
  /\b(TODO|FIXME|HACK)\b/,
  /\bissues? #?\d+\b/i,
  /\b(subagent|co-?worker agent|coding agent|AI assistant)\b/i,
  /(^|[\s"'`(=:])\/(work|root|home\/\w+)\//,
  /\b(design|contracts|brief)\.md\b/,
  /\bfacts\/[a-z-]+\.md\b/,
  /\bslice \d\b/i,
];

const documents = ["Pulumi.yaml", "package.json", "vitest.config.ts", "biome.json", "tsconfig.json"];

test("no file promises later work or speaks of the place where it was written", () => {
  const folders = [...shipped, "examples", "tools", "docs", "test", ".ci"];
  const paths = [...documents, ...folders.flatMap(textFiles)].filter(
    (path) => path !== "test/house/style.test.ts",
  );
  const found = paths.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, index) =>
        unwanted.some((one) => one.test(line)) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
  expect(found).toEqual([]);
});

test("the lockfile sends nobody to another registry than the public one", () => {
  const addresses = [...read("package-lock.json").matchAll(/"resolved": "([^"]+)"/g)].map(
    ([, address = ""]) => address,
  );
  expect(addresses.filter((address) => !address.startsWith("https://registry.npmjs.org/"))).toEqual([]);
});
