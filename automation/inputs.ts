import type { Inputs } from "../spec/inputs.ts";
import { loadInputs, type Problem } from "../spec/load.ts";
import { UserError } from "./errors.ts";

/** The input files could not be used; all of their problems at once. */
export class InputProblems extends UserError {
  readonly problems: readonly Problem[];
  constructor(folder: string, problems: readonly Problem[]) {
    const errors = problems.filter(({ severity }) => severity === "error");
    const first = errors[0];
    super({
      code: "invalid-input",
      message: errors
        .map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)
        .join("\n"),
      file: first?.file,
      line: first?.line,
      column: first?.column,
      hint:
        first?.hint ??
        `mend the files in ${folder}; \`ivault check --input ${folder}\` shows all problems again`,
    });
    this.problems = problems;
  }
}

/**
 * The four input files of a folder, validated.
 *
 * @throws InputProblems naming file, line and column of every error
 */
export async function readInputs(folder: string): Promise<Inputs> {
  const loaded = await loadInputs(folder);
  if (loaded.inputs === undefined) throw new InputProblems(folder, loaded.problems);
  return loaded.inputs;
}
