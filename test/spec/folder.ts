import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LoadedInputs, loadInputs, type Problem } from "../../spec/load.ts";

export const example = fileURLToPath(new URL("../../examples/institution", import.meta.url));

/** A copy of the example's folder for the time of `work`. */
export async function withExample<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "inputs-"));
  try {
    cpSync(example, folder, { recursive: true });
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A change of one file: the first `from` becomes `to`. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The example after some edits, as it is loaded, and the texts that were read. */
export function loadEdited(
  edits: readonly Edit[],
): Promise<LoadedInputs & { readonly texts: Record<string, string> }> {
  return withExample(async (folder) => {
    const texts: Record<string, string> = {};
    for (const { file, from, to } of edits) {
      const text = texts[file] ?? readFileSync(join(folder, file), "utf8");
      if (!text.includes(from)) throw new Error(`${file} of the example does not hold ${from}`);
      texts[file] = text.replace(from, () => to);
      writeFileSync(join(folder, file), texts[file]);
    }
    return { ...(await loadInputs(folder)), texts };
  });
}

/** Line and column of a marker in a text, both from 1. */
export function placeOf(text: string, marker: string): Pick<Problem, "line" | "column"> {
  const before = text.slice(0, text.indexOf(marker)).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
