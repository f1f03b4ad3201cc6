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

/** The example after some edits, as it is loaded, the texts that were read, and where the last edit begins in its text. */
export function loadEdited(
  edits: readonly Edit[],
): Promise<LoadedInputs & { readonly texts: Record<string, string>; readonly start: number }> {
  return withExample(async (folder) => {
    const texts: Record<string, string> = {};
    let start = 0;
    for (const { file, from, to } of edits) {
      const text = texts[file] ?? readFileSync(join(folder, file), "utf8");
      if (!text.includes(from)) throw new Error(`${file} of the example does not hold ${from}`);
      start = text.indexOf(from);
      texts[file] = text.replace(from, () => to);
      writeFileSync(join(folder, file), texts[file]);
    }
    return { ...(await loadInputs(folder)), texts, start };
  });
}

/** Line and column of an offset in a text, both from 1. */
export function placeAt(text: string, offset: number): Pick<Problem, "line" | "column"> {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** Line and column of a marker in a text. */
export function placeOf(text: string, marker: string): Pick<Problem, "line" | "column"> {
  if (!text.includes(marker)) throw new Error(`The text does not hold ${marker}`);
  return placeAt(text, text.indexOf(marker));
}
