/** Exit codes of the command, as its documentation promises them. */
export const exitCodes = {
  done: 0,
  bug: 1,
  input: 2,
  refused: 3,
  cloud: 4,
  waiting: 5,
  stopped: 130,
} as const;

/** A resource that the engine could not bring about. */
export interface FailedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly message: string;
}

export interface ProblemDetails {
  /** Stable identifier for programs, in kebab case. */
  readonly code: string;
  /** What was found where, and what is accepted. */
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** What to do next. */
  readonly hint?: string;
  /** Id in the table of known failures (docs/when-it-stops.md). */
  readonly known?: string;
  /** Where it failed: step of the installation, stack, 12-digit account, resources. */
  readonly step?: string;
  readonly stack?: string;
  readonly account?: string;
  readonly resources?: readonly FailedResource[];
  /** The command that goes on from here. */
  readonly next?: string;
}

/** An error that a person can act on: shown without a stack trace, with the exit code that its kind has. */
export class ActionableError extends Error {
  readonly details: ProblemDetails;
  readonly exitCode: number;
  constructor(details: ProblemDetails, exitCode: number, options?: ErrorOptions) {
    super(details.message, options);
    this.name = new.target.name;
    this.details = details;
    this.exitCode = exitCode;
  }
}

/** The input is unreadable, invalid or contradictory. */
export class UserError extends ActionableError {
  constructor(details: ProblemDetails, options?: ErrorOptions) {
    super(details, exitCodes.input, options);
  }
}

/** A guard, a verification or the proof refused. */
export class Refusal extends ActionableError {
  constructor(details: ProblemDetails, options?: ErrorOptions) {
    super(details, exitCodes.refused, options);
  }
}

/** The cloud or the engine failed; running the same command again resumes. */
export class CloudFailure extends ActionableError {
  constructor(details: ProblemDetails, options?: ErrorOptions) {
    super(details, exitCodes.cloud, options);
  }
}
