import { appendFileSync } from "node:fs";
import type { RequestLogLine } from "./request.ts";

/** Appends one line; a single write to a file opened for appending does not mix with another process's. */
export function appendRequest(logFile: string, line: RequestLogLine): void {
  appendFileSync(logFile, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}
