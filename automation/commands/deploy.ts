import type { Inputs } from "../../spec/inputs.ts";
import type { ActionContext } from "../actions/action.ts";
import { recordBackup } from "../actions/backup.ts";
import { foldersOf } from "../cloud-of.ts";
import { runSteps } from "../driver.ts";
import { obtainEngine } from "../engine/engine.ts";
import { exitCodes, type ProblemDetails, UserError } from "../errors.ts";
import { failureOf, sayFailure } from "../failures/failure.ts";
import { readInputs } from "../inputs.ts";
import type { Installation } from "../installation.ts";
import { type Step, type StepId, stepsOf } from "../steps/steps.ts";
import { showProgress } from "../terminal/progress.ts";
import { openRunLog, type RunLog } from "../terminal/run-log.ts";
import { type CommandOptions, report, rolesOf, withInstallation } from "./command.ts";
import { answerOf } from "./deploy-answer.ts";
import { summaryText } from "./tables.ts";

export interface DeployOptions extends CommandOptions {
  readonly to?: string;
  readonly withoutHealth: boolean;
  readonly allowPolicyReplacement: boolean;
  /** Stand-in evidence for what only a person can give; rehearsals alone. */
  readonly rehearse: boolean;
  readonly confirm?: (installation: Installation) => Promise<void>;
}

/** `deploy` and `rehearse`: runs the steps and ends with the table of all of them. */
export async function deploy(options: DeployOptions): Promise<number> {
  if (rolesOf(options).every((role) => role === "auditor")) {
    throw new UserError({
      code: "nothing-to-perform",
      message: "Auditors perform no step of the installation.",
      hint: "name an administrator's role with --as; `ivault verify --as auditor` compares what stands with the plan",
    });
  }
  // Before anything is obtained, emptied or confirmed.
  const to =
    options.to === undefined
      ? undefined
      : stepOf(await readInputs(foldersOf(options).inputFolder), options.to);
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    await options.confirm?.(installation);
    // Neither obtaining the engine nor a person who thinks it over is the run's time.
    const startedAt = performance.now();
    const log = openRunLog(installation, {
      command: options.rehearse ? "rehearse" : "deploy",
      given: options.given ?? "runSteps",
      roles: rolesOf(options),
    });
    const progress = showProgress(installation.steps, options.output);
    const run = runSteps(installation, engine, {
      roles: rolesOf(options),
      to,
      withoutHealth: options.withoutHealth || options.rehearse,
      allowPolicyReplacement: options.allowPolicyReplacement,
      next: options.next,
      signal: options.signal,
      // A terminal sends Ctrl-C to every process; told twice, the engine would abandon what is under way.
      engineSignal: process.stdin.isTTY ? undefined : options.signal,
      openGate: options.rehearse ? openWithStandIn : undefined,
      onEvent: (event) => {
        progress.show(event);
        log.write(event);
        options.output.event({ ...event });
      },
    });
    // Whatever the run ends with, the live list must give the terminal back.
    const result = await run
      .finally(() => progress.end())
      .catch((error: unknown) => {
        endLog(log, failureOf(error), options);
        throw error;
      });
    const answer = { ...answerOf(installation, result, performance.now() - startedAt), log: log.file };
    const failure = result.error === undefined ? undefined : failureOf(result.error);
    options.output.say(
      summaryText(answer, result.stopped ? (options.next ?? "the same command again") : undefined),
    );
    if (failure !== undefined) sayFailure(options.output, failure);
    const exitCode = result.stopped
      ? exitCodes.stopped
      : (failure?.exitCode ?? (result.ok ? exitCodes.done : exitCodes.waiting));
    endLog(log, { error: failure?.error, exitCode }, options);
    options.output.answer(failure === undefined ? answer : { ...answer, error: failure.error });
    return exitCode;
  });
}

/** The last lines of a run's log; whoever is left with a failure is told where it lies. */
function endLog(
  log: RunLog,
  { error, exitCode }: { error: ProblemDetails | undefined; exitCode: number },
  { output }: DeployOptions,
): void {
  const at = new Date().toISOString();
  if (error !== undefined) {
    log.write({ type: "failure", at, error });
    output.say(`  log of this run, without secrets: ${log.file}`);
  }
  log.write({ type: "ended", at, exitCode });
}

/** In a rehearsal nobody can download the master key's backup: evidence of a stand-in takes its place and says so. */
async function openWithStandIn(step: Step, context: ActionContext): Promise<void> {
  if (step.id !== "backup") return;
  await recordBackup(context, {
    sha256: "0".repeat(64),
    place: "none: this is the rehearsal's stand-in for a backup",
    keeper: "stand-in keeper",
    witness: "stand-in witness",
  });
}

function stepOf({ deployment }: Inputs, id: string): StepId {
  const steps = stepsOf(deployment);
  const step = steps.find((one) => one.id === id);
  if (step !== undefined) return step.id;
  throw new UserError({
    code: "unknown-step",
    message: `No step is called ${id}.`,
    hint: `one of ${steps.map((one) => one.id).join(", ")}`,
  });
}
