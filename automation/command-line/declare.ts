import type { Command, Option } from "commander";
import { outputOf, type SharedFlags } from "./options.ts";

/** A command that answers people in words, or programs in JSON. */
export function command(
  program: Command,
  name: string,
  description: string,
  options: readonly Option[],
): Command {
  const declared = program
    .command(name)
    .description(description)
    .option("--json", "one JSON document on standard output")
    .option("--json-lines", "typed events on standard output, one a line, the result last");
  for (const option of options) declared.addOption(option);
  return declared;
}

/** Makes the exit code of what a command does that of the process, and tells its failure as `work` would tell its answer. */
export function run<Flags extends SharedFlags>(
  work: (flags: Flags) => Promise<number>,
): (flags: Flags) => Promise<void> {
  return async (flags) => {
    try {
      process.exitCode = await work(flags);
    } catch (error) {
      const { failureOf, sayFailure } = await import("../failures/failure.ts");
      const failure = failureOf(error);
      const output = outputOf(flags);
      sayFailure(output, failure);
      output.answer({ error: failure.error });
      process.exitCode = failure.exitCode;
    }
  };
}
