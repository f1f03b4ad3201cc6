#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { getEventListeners } from "node:events";
import { CommanderError } from "commander";
import { ivault } from "./command-line/ivault.ts";
import { resumingCommand } from "./command-line/options.ts";
import { exitCodes } from "./errors.ts";
import { outputFor } from "./terminal/output.ts";

const stop = new AbortController();
// Once: a run ends by itself as soon as what is under way is finished, and says how to resume. Twice, or where no run would hear it: it is
// left where it is, as a kill would leave it.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    const running = getEventListeners(stop.signal, "abort").length > 0;
    if (running && !stop.signal.aborted) return stop.abort();
    process.stderr.write(
      `${running ? "stopped at once: what was under way is cut off, and the next run looks for what was made" : "stopped"}\nto resume: ${resumingCommand()}\n`,
    );
    process.exit(exitCodes.stopped);
  });
}

// Whoever reads along may leave (`ivault … | head`); what is under way goes on all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

try {
  await ivault(stop.signal).parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has said what is wrong; help and version are no errors.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.input;
  const format = (["json", "json-lines"] as const).find((one) => process.argv.includes(`--${one}`));
  if (process.exitCode !== 0 && format !== undefined) {
    outputFor(format).answer({ error: { code: "usage", message: error.message } });
  }
}
