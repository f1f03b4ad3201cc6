/**
 * The public API: what the command line does, for scripts.
 *
 * ```ts
 * const engine = await obtainEngine({ report: console.error });
 * const installation = await openInstallation({ input: "institution", rehearsal: ".rehearsal" });
 * const result = await runSteps(installation, engine, { roles: ["policy-node1-admin"] });
 * await installation.close();
 * ```
 */

export type { Place } from "./cloud-of.ts";
export { type RunResult, runSteps } from "./driver.ts";
export { engineVersion, obtainEngine } from "./engine/engine.ts";
export type { Changes, PlannedResource } from "./engine/events.ts";
export { ActionableError, CloudFailure, exitCodes, Refusal, UserError } from "./errors.ts";
export { type Installation, openInstallation } from "./installation.ts";
export { type PreviewedStack, previewStacks } from "./preview.ts";
export { readStatus, type Status } from "./status.ts";
export type { RunEvent, StepReport } from "./steps/report.ts";
export type { RunOptions } from "./steps/run-options.ts";
export { performs, type Role, roles, type Step, type StepId, stepsOf } from "./steps/steps.ts";
