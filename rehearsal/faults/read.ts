import { readFileSync } from "node:fs";
import { z } from "zod";
import { RehearsalError } from "../folder.ts";
import { type FaultPlan, faultPlan, planOfSeed } from "./plan.ts";

/**
 * The faults of a run: a whole number is a seed, anything else the file of an exact plan.
 *
 * @throws RehearsalError when the file is unreadable or no plan
 */
export function readFaults(given: string): FaultPlan {
  if (/^\d+$/.test(given)) return planOfSeed(Number(given));
  try {
    return faultPlan.parse(JSON.parse(readFileSync(given, "utf8")));
  } catch (error) {
    const said = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new RehearsalError(
      "invalid-input",
      `${given} holds no plan of faults: ${said}`,
      "give a seed (a whole number) or a JSON file as rehearsal/faults/plan.ts describes it",
    );
  }
}
