import { CommandError } from "@pulumi/pulumi/automation/index.js";
import { ActionableError, exitCodes, type ProblemDetails } from "../errors.ts";
import { coloured, type Output } from "../terminal/output.ts";
import { helpForEngine, ofCloud, saidByEngine } from "./explain.ts";

export interface Failure {
  readonly error: ProblemDetails;
  readonly exitCode: number;
}

/** An error as it is told: what a person can act on without a stack trace, a bug of this program with one. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ActionableError) return { error: error.details, exitCode: error.exitCode };
  if (error instanceof CommandError) {
    return {
      error: {
        code: "engine-failed",
        message: `The engine failed: ${saidByEngine(error)}`,
        ...helpForEngine([error.message], error),
      },
      exitCode: exitCodes.cloud,
    };
  }
  const cloud = ofCloud(error);
  if (cloud !== undefined) return { error: cloud.details, exitCode: cloud.exitCode };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    error: {
      code: "bug",
      message,
      hint: "this is a bug of this program; please report it with the lines above",
    },
    exitCode: exitCodes.bug,
  };
}

/** An error in words: what failed, and below it what to do. */
export function textOf(error: unknown): string {
  const { message, hint } = failureOf(error).error;
  return hint === undefined ? message : `${message}\n→ ${hint}`;
}

export function sayFailure(output: Output, { error }: Failure): void {
  output.say(`${coloured("red", "error")} ${error.message}`);
  if (error.hint !== undefined) output.say(`  → ${error.hint}`);
}
