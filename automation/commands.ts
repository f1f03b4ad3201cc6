import { join } from "node:path";
import { loadInputs } from "../spec/load.ts";
import type { ActionContext } from "./actions/action.ts";
import { type BackupEvidence, backup, recordBackup } from "./actions/backup.ts";
import { doctorChecks } from "./actions/doctor.ts";
import type { Place } from "./cloud-of.ts";
import { answerOf } from "./deploy-answer.ts";
import { runSteps } from "./driver.ts";
import { engineVersion, obtainEngine } from "./engine.ts";
import { exitCodes, UserError } from "./errors.ts";
import { type Installation, openInstallation } from "./installation.ts";
import { coloured, failureOf, type Output, sayFailure } from "./output.ts";
import { showProgress } from "./progress.ts";
import { readStatus } from "./status.ts";
import { roles as allRoles, type Role, type Step, type StepId, stepsOf } from "./steps.ts";
import { statusText, summaryText } from "./tables.ts";

/** What every command is given: where the deployment is, for whom it acts, and how it answers. */
export interface CommandOptions extends Place {
  /** Empty: every role but the auditor's. */
  readonly roles: readonly Role[];
  readonly output: Output;
  readonly signal: AbortSignal;
}

const deployers = allRoles.filter((role) => role !== "auditor");
export const rolesOf = (options: CommandOptions) => (options.roles.length > 0 ? options.roles : deployers);

export async function withInstallation<T>(
  options: CommandOptions,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const installation = await openInstallation(options);
  try {
    return await work(installation);
  } finally {
    await installation.close();
  }
}

export const report = (options: CommandOptions) => (line: string) =>
  options.output.say(coloured("dim", line));

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
  const startedAt = performance.now();
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    await options.confirm?.(installation);
    const to = stepOf(installation, options.to);
    const progress = showProgress(installation.steps, options.output);
    const run = runSteps(installation, engine, {
      roles: rolesOf(options),
      to,
      withoutHealth: options.withoutHealth || options.rehearse,
      allowPolicyReplacement: options.allowPolicyReplacement,
      signal: options.signal,
      // A terminal sends Ctrl-C to every process; told twice, the engine would abandon what is under way.
      engineSignal: process.stdin.isTTY ? undefined : options.signal,
      openGate: options.rehearse ? openWithStandIn : undefined,
      onEvent: (event) => {
        progress.show(event);
        options.output.event({ ...event });
      },
    });
    // Whatever the run ends with, the live list must give the terminal back.
    const result = await run.finally(() => progress.end());
    const answer = answerOf(installation, result, performance.now() - startedAt);
    const failure = result.error === undefined ? undefined : failureOf(result.error);
    options.output.say(summaryText(answer, result.stopped));
    if (failure !== undefined) sayFailure(options.output, failure);
    options.output.answer(failure === undefined ? answer : { ...answer, error: failure.error });
    if (result.stopped) return exitCodes.stopped;
    if (failure !== undefined) return failure.exitCode;
    return result.ok ? exitCodes.done : exitCodes.waiting;
  });
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

function stepOf(installation: Installation, id: string | undefined): StepId | undefined {
  if (id === undefined) return undefined;
  const step = installation.steps.find((one) => one.id === id);
  if (step !== undefined) return step.id;
  throw new UserError({
    code: "unknown-step",
    message: `No step is called ${id}.`,
    hint: `one of ${stepsOf(installation.inputs.deployment)
      .map((one) => one.id)
      .join(", ")}`,
  });
}

/** `doctor`: everything this machine and the chosen accounts need before anything is changed. */
export async function doctor(options: CommandOptions): Promise<number> {
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    const step = installation.steps.find(({ id }) => id === "doctor");
    if (step === undefined) throw new Error("The list of steps has no doctor.");
    const context = await installation.actionContext(rolesOf(options), step, {
      withoutHealth: false,
      report: report(options),
    });
    const checks = [
      { id: "engine", ok: true, message: `Pulumi engine ${engineVersion} at ${engine.command}` },
      ...(await doctorChecks(context)),
    ];
    const ok = checks.every((check) => check.ok);
    for (const check of checks) {
      options.output.say(`${check.ok ? coloured("green", "ok ") : coloured("red", "no ")} ${check.message}`);
      if (!check.ok && "hint" in check && check.hint !== undefined) options.output.say(`    → ${check.hint}`);
    }
    options.output.answer({ ok, checks });
    return ok ? exitCodes.done : exitCodes.refused;
  });
}

/** `check`: the input files alone, all problems at once. */
export async function check(options: { readonly input: string; readonly output: Output }): Promise<number> {
  const loaded = await loadInputs(options.input);
  const { problems } = loaded;
  const ok = problems.every(({ severity }) => severity !== "error");
  for (const { file, line, column, message, hint, severity } of problems) {
    options.output.say(
      `${file}:${line}:${column} ${coloured(severity === "error" ? "red" : "yellow", severity)} ${message}`,
    );
    if (hint !== undefined) options.output.say(`    → ${hint}`);
  }
  if (ok) options.output.say(`The input files in ${options.input} are sound.`);
  options.output.answer({ ok, problems });
  return ok ? exitCodes.done : exitCodes.input;
}

export async function status(options: CommandOptions): Promise<number> {
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    const found = await readStatus(installation, engine, rolesOf(options));
    options.output.say(statusText(found));
    options.output.answer({ ...found });
    return exitCodes.done;
  });
}

/** `record backup`: the evidence that a person has backed up the master key. The file itself is never read. */
export async function recordBackupEvidence(
  options: CommandOptions & { readonly evidence: BackupEvidence },
): Promise<number> {
  return await withInstallation(options, async (installation) => {
    const step = installation.steps.find(({ id }) => id === "backup");
    if (step === undefined) throw new Error("The list of steps has no backup.");
    const context = await installation.actionContext(["infrastructure-admin"], step, {
      withoutHealth: false,
      report: report(options),
    });
    await recordBackup(context, options.evidence);
    const finding = await backup.inspect(context);
    options.output.say(finding.detail);
    options.output.answer({ ok: finding.state === "done", detail: finding.detail });
    return finding.state === "done" ? exitCodes.done : exitCodes.waiting;
  });
}

/** The example institution that a rehearsal begins with when no inputs are named. */
export const exampleInputs = join(import.meta.dirname, "..", "examples", "institution");
