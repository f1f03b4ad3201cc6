import type { Inputs } from "../spec/inputs.ts";
import { loadInputs } from "../spec/load.ts";
import { UserError } from "./errors.ts";

/**
 * The four input files of a folder, validated.
 *
 * @throws UserError naming file, line and column of every error
 */
export async function readInputs(folder: string): Promise<Inputs> {
  const { inputs, problems } = await loadInputs(folder);
  if (inputs !== undefined) return inputs;
  const errors = problems.filter(({ severity }) => severity === "error");
  const first = errors[0];
  throw new UserError({
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
}
