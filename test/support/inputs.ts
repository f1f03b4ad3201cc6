import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const example = join(import.meta.dirname, "..", "..", "examples", "institution");

/** A copy of the example's input files whose deployment.yaml is changed: each text becomes the other, everywhere. */
export function exampleWith(changes: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ivault-inputs-"));
  cpSync(example, folder, { recursive: true });
  const file = join(folder, "deployment.yaml");
  let text = readFileSync(file, "utf8");
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`the example's deployment.yaml no longer holds ${from}`);
    text = text.replaceAll(from, to);
  }
  writeFileSync(file, text);
  return folder;
}
