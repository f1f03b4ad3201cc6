import { styleText } from "node:util";
import { CommandError } from "@pulumi/pulumi/automation/index.js";
import { ActionableError, exitCodes, type ProblemDetails } from "./errors.ts";

/** Where answers go: one JSON document (or typed lines) on standard output for programs, words on standard error for people. */
export interface Output {
  readonly format: "text" | "json" | "json-lines";
  /** Words for people. */
  say(text: string): void;
  /** The answer for programs; with `json-lines` as the last event. */
  answer(document: Readonly<Record<string, unknown>>): void;
  /** An event of `--json-lines`; nothing in the other formats. */
  event(document: Readonly<Record<string, unknown>> & { readonly type: string }): void;
}

export function outputFor(format: Output["format"]): Output {
  return {
    format,
    say: (text) => process.stderr.write(`${text}\n`),
    answer(document) {
      if (format === "json") process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      if (format === "json-lines")
        process.stdout.write(`${JSON.stringify({ type: "result", ...document })}\n`);
    },
    event(document) {
      if (format === "json-lines") process.stdout.write(`${JSON.stringify(document)}\n`);
    },
  };
}

/** Colours only where a person looks on, and never against NO_COLOR. */
export function coloured(style: "red" | "green" | "yellow" | "dim" | "bold", text: string): string {
  return styleText(style, text, { stream: process.stderr, validateStream: true });
}

export interface Failure {
  readonly error: ProblemDetails;
  readonly exitCode: number;
}

/** An error as it is told: what a person can act on without a stack trace, a bug of this program with one. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ActionableError) return { error: error.details, exitCode: error.exitCode };
  if (error instanceof CommandError) {
    const hint = "mend the cause and run the same command again; it resumes";
    return {
      error: { code: "engine-failed", message: error.message.trim(), hint },
      exitCode: exitCodes.cloud,
    };
  }
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

export function sayFailure(output: Output, { error }: Failure): void {
  output.say(`${coloured("red", "error")} ${error.message}`);
  if (error.hint !== undefined) output.say(`  → ${error.hint}`);
}
