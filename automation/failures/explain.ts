import type { CommandError } from "@pulumi/pulumi/automation/index.js";
import { ActionableError, CloudFailure, type ProblemDetails, Refusal, UserError } from "../errors.ts";
import { codesInDiagnostic, codesOf, helpFor, isOfCloud } from "./failure-help.ts";

/** Where something failed, and how to go on. */
export interface FailurePlace {
  readonly step: string;
  /** 12-digit account id; null for steps that are everyone's. */
  readonly account: string | null;
  /** The command that was given: the same one resumes. */
  readonly next: string;
}

/**
 * The error of a step as it is told: with step, account, what is known of the failure, and the next command. A bug of this program stays
 * as it is.
 */
export function explained(error: unknown, place: FailurePlace): Error {
  if (error instanceof ActionableError) return located(error, place);
  const account = place.account === null ? "" : ` (account ${place.account})`;
  const failure = ofCloud(error, `Step ${place.step}${account} failed: `);
  return failure === undefined ? (error as Error) : located(failure, place);
}

/** An answer of AWS, or of the way there, as a failure with its help; undefined for everything else. */
export function ofCloud(error: unknown, prefix = ""): CloudFailure | undefined {
  if (!(error instanceof Error) || !isOfCloud(error)) return undefined;
  const codes = codesOf(error);
  const known = helpFor(codes);
  const [{ code = "an error", status, requestId } = {}] = codes;
  const answer = [status === undefined ? [] : `status ${status}`, requestId ? `request ${requestId}` : []];
  const details = answer.flat().join(", ");
  return new CloudFailure(
    {
      code: "cloud-failed",
      message: `${prefix}${code}${details === "" ? "" : ` (${details})`}: ${error.message}`,
      hint: known === undefined ? "correct the cause and run the same command again" : words(known),
      known: known?.id,
    },
    { cause: error },
  );
}

/** What a command of the engine ended with: its own error lines, without the command and the rest of what it printed. */
export function saidByEngine({ message }: CommandError): string {
  const lines = [...message.matchAll(/^error: (.+)$/gm)].map(([, said]) => said);
  // The SDK's message has them twice.
  return lines.length === 0 ? message.trim() : [...new Set(lines)].join("\n  ");
}

/** The help for what the engine said of a stack. */
export function helpForEngine(
  messages: readonly string[],
  error: Error,
): Pick<ProblemDetails, "hint" | "known"> {
  const known = helpFor([...messages.flatMap(codesInDiagnostic), ...codesOf(error)]);
  return known === undefined
    ? { hint: "correct the cause and run the same command again; it resumes here" }
    : { hint: words(known), known: known.id };
}

/** What a known failure means and what helps, for a person. */
export function words({ means, help, who }: { means: string; help: string; who: string }): string {
  return `${means}: ${help}${who === "whoever runs the command" ? "" : ` (${who})`}`;
}

/** A failure of the cloud outside of every step, with the next command; anything else stays as it is. */
export function resumable(error: unknown, next: string): unknown {
  return error instanceof CloudFailure
    ? new CloudFailure(withNext(error.details, next), { cause: error })
    : error;
}

function withNext(details: ProblemDetails, next: string): ProblemDetails {
  const { hint } = details;
  return { ...details, hint: `${hint === undefined ? "" : `${hint}; `}next: ${next}`, next };
}

function located(error: ActionableError, { step, account, next }: FailurePlace): ActionableError {
  const place = account === null ? { step } : { step, account };
  const details = withNext({ ...error.details, ...place }, next);
  if (error instanceof UserError) return new UserError(details, { cause: error });
  if (error instanceof Refusal) return new Refusal(details, { cause: error });
  return new CloudFailure(details, { cause: error });
}
