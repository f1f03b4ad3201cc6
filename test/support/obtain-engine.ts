import { obtainEngine } from "../../automation/engine.ts";

/** Runs once before the tests that need the engine: on a machine without one it is built now, which takes longer than any test may. */
export default async function obtain(): Promise<void> {
  await obtainEngine({ report: (line) => process.stderr.write(`${line}\n`) });
}
