import { join, resolve } from "node:path";
import { Option } from "commander";
import type { CommandOptions } from "../commands/command.ts";
import { packageFolder } from "../package-folder.ts";
import { type Role, roles } from "../steps/steps.ts";
import { type Output, outputFor } from "../terminal/output.ts";

/** What commander makes of the options that several commands have. */
export interface SharedFlags {
  readonly json?: boolean;
  readonly jsonLines?: boolean;
  readonly as?: Role[];
  readonly input?: string;
  readonly rehearsal?: string | boolean;
  readonly faults?: string;
}

export const asOption = new Option(
  "--as <role...>",
  "act for this role only; may be given more than once",
).choices([...roles]);
export const inputOption = new Option(
  "--input <folder>",
  "folder of deployment.yaml, bd-wallet.yaml, bootstrap.yaml and customer-secrets.yml",
);
export const rehearsalOption = new Option(
  "--rehearsal [folder]",
  "work on a rehearsal instead of AWS (default folder .rehearsal)",
);
export const faultsOption = new Option(
  "--faults <seed>",
  "for tests: put faults in the way of a rehearsal's requests, drawn by a seed or as a JSON file says",
);
export const toOption = new Option("--to <step>", "stop after this step");

/** npm runs scripts in the package's folder and says where the user stands in INIT_CWD. */
const base = process.env.INIT_CWD ?? process.cwd();

/** The example institution that a rehearsal begins with when no inputs are named. */
const exampleInputs = join(packageFolder, "examples", "institution");

export function pathOf(path: string): string {
  return resolve(base, path);
}

export function outputOf({ json, jsonLines }: SharedFlags): Output {
  return outputFor(jsonLines ? "json-lines" : json ? "json" : "text");
}

/** The folder of the input files, where a command works on nothing else. */
export function inputFolderOf({ input }: SharedFlags): string {
  return input === undefined ? base : pathOf(input);
}

/** What every command is given, from the options that were given to it. */
export function commandOptions(flags: SharedFlags, signal: AbortSignal): CommandOptions {
  const rehearsal = flags.rehearsal === true ? ".rehearsal" : flags.rehearsal || undefined;
  return {
    // A rehearsal remembers the inputs that it began with.
    input: flags.input === undefined && rehearsal !== undefined ? undefined : inputFolderOf(flags),
    rehearsal: rehearsal === undefined ? undefined : pathOf(rehearsal),
    faults: flags.faults === undefined || /^\d+$/.test(flags.faults) ? flags.faults : pathOf(flags.faults),
    beginWith: exampleInputs,
    roles: flags.as ?? [],
    output: outputOf(flags),
    signal,
    given: givenCommand(),
    next: resumingCommand(),
  };
}

/** The command of this process, as a shell takes it. */
function givenCommand(words: readonly string[] = process.argv.slice(2)): string {
  return ["ivault", ...words.map(quoted)].join(" ");
}

/** The command that goes on where this process stops: what was begun anew is not thrown away again. */
export function resumingCommand(): string {
  return givenCommand(process.argv.slice(2).filter((word) => word !== "--fresh"));
}

/** As a shell takes it back. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
