import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../spec/load.ts";
import { documentOf, ivault } from "../support/ivault.ts";
import { withExample } from "./folder.ts";

/** Something about a file that no edit of its text shows. */
interface Trap {
  readonly name: string;
  readonly file?: string;
  /** Changes the file at this path, which is the example's. */
  readonly set: (path: string, text: string) => void;
  readonly message: RegExp;
  readonly place?: readonly [line: number, column: number];
  /** A warning leaves the inputs usable. */
  readonly severity?: "warning";
}

/** In place of the file, something else. */
function instead(make: (path: string) => void): Trap["set"] {
  return (path) => {
    rmSync(path);
    make(path);
  };
}

function content(of: (text: string) => string | Buffer): Trap["set"] {
  return (path, text) => writeFileSync(path, of(text));
}

/** Ten lists, each of nine times the one before: 3.5 billion entries. */
const aliasBomb = [..."abcdefghij"]
  .map(
    (name, index, names) =>
      `${name}: &${name} [${Array(9).fill(index === 0 ? "x" : `*${names[index - 1]}`)}]`,
  )
  .join("\n");

const traps: readonly Trap[] = [
  { name: "a folder", set: instead((path) => mkdirSync(path)), message: /found a folder; accepted: a file/ },
  {
    name: "a symbolic link to itself",
    set: instead((path) => symlinkSync(path, path)),
    message: /cannot be read \(ELOOP\)/,
  },
  {
    name: "a symbolic link to nothing",
    set: instead((path) => symlinkSync(join(path, "..", "nothing"), path)),
    message: /found a symbolic link to a file that is not there/,
  },
  { name: "no file", set: instead(() => {}), message: /the file is missing/ },
  {
    name: "a file larger than any input",
    set: (path) => truncateSync(path, 64 * 1024 * 1024),
    message: /found 67108864 bytes; accepted: 1048576 at most/,
  },
  { name: "an empty file", set: content(() => ""), message: /found nothing; accepted: a block of keys/ },
  {
    name: "comments alone",
    set: content(() => "# nothing yet\n"),
    message: /found nothing; accepted: a block of keys/,
  },
  {
    name: "a list",
    set: content(() => "- version: 1\n"),
    message: /found a list; accepted: a block of keys/,
  },
  { name: "a single value", set: content(() => "hello\n"), message: /accepted: a block of keys/ },
  {
    name: "line ends of CR and LF",
    set: content((text) => text.replaceAll("\n", "\r\n")),
    message: /lines end in CR and LF/,
    severity: "warning",
  },
  {
    name: "a byte order mark",
    set: content((text) => `\ufeff${text}`),
    message: /begins with a byte order mark/,
    severity: "warning",
  },
  {
    name: "UTF-16, little end first",
    set: content((text) => Buffer.from(`\ufeff${text}`, "utf16le")),
    message: /found text in UTF-16; accepted: UTF-8/,
  },
  {
    name: "UTF-16, big end first",
    set: content((text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()),
    message: /found text in UTF-16; accepted: UTF-8/,
  },
  {
    name: "UTF-16 without its mark",
    set: content((text) => Buffer.from(text, "utf16le")),
    message: /found a NUL byte; accepted: text in UTF-8/,
  },
  {
    name: "Latin-1",
    set: content((text) => Buffer.from(text.replace("version", "# Zürich\nversion"), "latin1")),
    message: /found bytes that are no UTF-8/,
  },
  {
    name: "a NUL byte on its second line",
    set: content(() => "version: 1\nprofile: prod\0uction\n"),
    message: /found a NUL byte/,
    place: [2, 14],
  },
  {
    name: "aliases that multiply",
    set: content(() => aliasBomb),
    message: /found aliases \(\*name\) that refer too often to each other/,
  },
  {
    name: "a merge key with nothing to merge",
    set: content((text) => `${text}\n<<:\n`),
    message: /found a merge key \(<<\)/,
  },
  {
    name: "brackets nested without end",
    set: content(() => `version: 1\nprofile: ${"[".repeat(200_000)}`),
    message: /nested more than 64 deep/,
    place: [2, 73],
  },
  {
    name: "blocks nested as deep as a call stack",
    set: content(() => Array.from({ length: 1200 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")),
    message: /nested more than 64 deep/,
    place: [64, 64],
  },
  {
    name: "an end in the middle",
    set: content((text) => text.slice(0, text.indexOf("secretsProvider") + 5)),
    message: /./,
  },
  {
    name: "an end in the middle of the secrets",
    file: "customer-secrets.yml",
    set: content((text) => text.slice(0, text.indexOf("canary-") + 9).replace(": c", ': "c')),
    message: /not valid YAML \(missing char\)/,
  },
];

describe("check answers with one document, and never with a stack trace, where deployment.yaml or another input is", () => {
  test.concurrent.each(traps)(
    "$name",
    async ({ file = "deployment.yaml", set, message, place, severity }) => {
      const answered = await withExample((folder) => {
        const path = join(folder, file);
        set(path, readFileSync(path, "utf8"));
        return ivault("check", "--input", folder, "--json");
      });
      expect(answered.exitCode, answered.stderr).toBe(severity === "warning" ? 0 : 2);
      expect(`${answered.stdout}${answered.stderr}`).not.toMatch(/^ +at |Error:|call stack|canary-/m);
      const { ok, problems } = documentOf<{ ok: boolean; problems: Problem[] }>(answered);
      expect(ok).toBe(severity === "warning");
      const told = problems.find((problem) => problem.file === file && message.test(problem.message));
      expect(told, JSON.stringify(problems)).toMatchObject({
        severity: severity ?? "error",
        hint: expect.stringMatching(/\w/),
        ...(place !== undefined && { line: place[0], column: place[1] }),
      });
    },
  );
});
