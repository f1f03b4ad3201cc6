import { loadInputs } from "../../spec/load.ts";
import { exitCodes } from "../errors.ts";
import { coloured, type Output } from "../terminal/output.ts";

/** `check`: the input files alone, all problems at once. */
export async function check(options: { readonly input: string; readonly output: Output }): Promise<number> {
  const loaded = await loadInputs(options.input);
  const { problems } = loaded;
  const ok = problems.every(({ severity }) => severity !== "error");
  for (const { file, line, column, message, hint, severity } of problems) {
    options.output.say(
      `${file}:${line}:${column} ${coloured(severity === "error" ? "red" : "yellow", severity)} ${message}`,
    );
    if (hint !== undefined) options.output.say(`    → ${hint}`);
  }
  if (ok) options.output.say(`The input files in ${options.input} are sound.`);
  options.output.answer({ ok, problems });
  return ok ? exitCodes.done : exitCodes.input;
}
