import { inputErrors } from "../spec/input-errors.ts";
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
  const { message, hint, first } = inputErrors(problems, folder);
  const { file, line, column } = first ?? {};
  throw new UserError({ code: "invalid-input", message, file, line, column, hint });
}
