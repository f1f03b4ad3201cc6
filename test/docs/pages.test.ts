import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { ivault } from "../../automation/command-line/ivault.ts";
import { exitCodes } from "../../automation/errors.ts";

const root = join(import.meta.dirname, "../..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((page) => join("docs", page))]
  .filter((page) => page.endsWith(".md"))
  .map((page) => ({ page, text: readFileSync(join(root, page), "utf8") }));

/** Each call of the command in a page's shell blocks, and between backquotes, as its words. */
function callsIn(text: string): readonly (readonly string[])[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.split("\n"));
  const inline = [...text.matchAll(/`(ivault [^`]+)`/g)].map(([, call = ""]) => call);
  return [...blocks, ...inline]
    .map((line) => line.replace(/^npm run --silent ivault -- /, "ivault ").replace(/ > \S+$/, ""))
    .filter((line) => line.startsWith("ivault "))
    .map((line) => (line.match(/"[^"]*"|<[^>]*>|\S+/g) ?? []).slice(1));
}

/** What the command line would not take of a call. */
function mistakesOf(words: readonly string[]): readonly string[] {
  if (words[0]?.startsWith("<")) return [];
  let command: Command = ivault(new AbortController().signal);
  let rest = [...words];
  for (let next = subcommand(command, rest); next !== undefined; next = subcommand(command, rest)) {
    command = next;
    rest = rest.slice(1);
  }
  if (command.parent === null) return [`no command is called ${words[0]}`];
  const flags = rest.filter((word) => word.startsWith("--") && word !== "--help");
  return flags.flatMap((flag) => {
    const option = command.options.find(({ long }) => long === flag);
    if (option === undefined) return [`${command.name()} has no option ${flag}`];
    const value = rest[rest.indexOf(flag) + 1] ?? "";
    const accepted = option.argChoices;
    return accepted === undefined || accepted.includes(value) ? [] : [`${flag} does not take ${value}`];
  });
}

const subcommand = (command: Command, words: readonly string[]) =>
  command.commands.find((one) => one.name() === words[0]);

describe.each(pages)("$page", ({ page, text }) => {
  test("calls the command as it can be called", () => {
    expect(
      callsIn(text).flatMap((words) => mistakesOf(words).map((mistake) => [words.join(" "), mistake])),
    ).toEqual([]);
  });

  test("leads to pages that there are", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });
});

test("the calls of the pages are found and judged", () => {
  expect(pages.flatMap(({ text }) => callsIn(text)).length).toBeGreaterThan(20);
  expect(mistakesOf(["deploy", "--as", "nobody"])).toEqual(["--as does not take nobody"]);
  expect(mistakesOf(["deploy", "--force"])).toEqual(["deploy has no option --force"]);
  expect(mistakesOf(["explode"])).toEqual(["no command is called explode"]);
});

test("whoever automates is told every exit code that asks for an answer", () => {
  const engineer = pages.find(({ page }) => page.endsWith("platform-engineer.md"))?.text ?? "";
  const { bug: _, ...answered } = exitCodes;
  expect(Object.values(answered).filter((code) => !engineer.includes(`| ${code} |`))).toEqual([]);
});
