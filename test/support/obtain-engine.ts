import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { obtainEngine } from "../../automation/engine/engine.ts";

/**
 * Runs once before the tests that need the engine: on a machine without one it is built now, which takes longer than any test may.
 * The folder for snapshots of rehearsals goes away with the run, unless somebody named one to keep.
 */
export default async function prepare(): Promise<(() => void) | undefined> {
  await obtainEngine({ report: (line) => process.stderr.write(`${line}\n`) });
  // Empty is no name: the snapshots would lie wherever the tests were started.
  if (process.env.IVAULT_SNAPSHOTS) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "ivault-snapshots-"));
  process.env.IVAULT_SNAPSHOTS = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
