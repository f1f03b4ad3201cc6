import type { Problem } from "./yaml-file.ts";

/** What keeps the input files from being used, in words: one line an error, each with its place. */
export function inputErrors(
  problems: readonly Problem[],
  folder: string,
): { readonly message: string; readonly hint: string; readonly first: Problem | undefined } {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  return {
    message: errors
      .map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)
      .join("\n"),
    hint:
      first?.hint ??
      `mend the files in ${folder}; \`ivault check --input ${folder}\` shows all problems again`,
    first,
  };
}
