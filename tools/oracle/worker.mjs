// Answers simulations with an independent evaluator: JSON lines in, JSON lines out, in the same order.
import { createInterface } from "node:readline";
import { runSimulation } from "@cloud-copilot/iam-simulate";

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}

async function answer({ simulation, options }) {
  try {
    const result = await runSimulation(simulation, options);
    return result.resultType === "error"
      ? { error: result.errors }
      : { allowed: result.overallResult === "Allowed", outcome: result.overallResult };
  } catch (error) {
    return { error: String(error) };
  }
}
