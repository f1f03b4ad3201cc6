import { styleText } from "node:util";

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
