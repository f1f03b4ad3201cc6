import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync, readFileSync, watch } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

export interface Answered {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A new folder that does not exist yet, for a rehearsal. */
export async function newFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "ivault-test-")), "rehearsal");
}

/** Starts the command as a person would, in a process group of its own. */
export function start(args: readonly string[]): {
  readonly child: ChildProcess;
  readonly answered: Promise<Answered>;
  /** Resolves once it has told people these words. */
  said(words: string): Promise<void>;
} {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "automation", "main.ts"), ...args],
    {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  const listening = new EventEmitter();
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
    listening.emit("said");
  });
  const answered = new Promise<Answered>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  const said = async (words: string) => {
    while (!stderr.includes(words)) {
      const ended = await Promise.race([once(listening, "said").then(() => undefined), answered]);
      if (ended !== undefined && !stderr.includes(words))
        throw new Error(`the run ended without saying "${words}":\n${stderr}`);
    }
  };
  return { child, answered, said };
}

export async function ivault(...args: readonly string[]): Promise<Answered> {
  return await start(args).answered;
}

/** The JSON document that a command answers with. */
export function documentOf<T>(answered: Answered): T {
  try {
    return JSON.parse(answered.stdout) as T;
  } catch (error) {
    throw new Error(`no JSON document on standard output:\n${answered.stdout}\n${answered.stderr}`, {
      cause: error,
    });
  }
}

export interface LogLine {
  readonly account: string | null;
  readonly principal: string | null;
  readonly service: string;
  readonly action: string;
  readonly resourceAccount?: string;
  readonly decision: "allow" | "deny";
  readonly status: number;
  readonly fault?: string;
}

export function requestsOf(folder: string): LogLine[] {
  const file = join(folder, "requests.jsonl");
  if (!existsSync(file)) return [];
  // What follows the last line's end is still being written, or was when the rehearsal was killed.
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine);
}

/** Whether a request changes something in the cloud; signing in, reading and one-off look-ups do not. */
export function changes({ action }: LogLine): boolean {
  return !/^(Get|List|Describe|Head|Batch(Get|Check)|AssumeRole|Decrypt)/.test(action);
}

/** Resolves once the rehearsal has answered this many requests. */
export function afterRequests(folder: string, count: number, signal: AbortSignal): Promise<void> {
  return logged(folder, (lines) => lines.length >= count, signal);
}

/** Resolves once a fault of this kind has struck; rejects when the run ends without. */
export async function afterFault(folder: string, kind: string, ended: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const struck = (lines: readonly LogLine[]) => lines.some(({ fault }) => fault === kind);
  void ended.then(() => over.abort());
  await logged(folder, struck, over.signal);
  if (!struck(requestsOf(folder))) throw new Error(`the run ended without a request that was ${kind}`);
}

async function logged(
  folder: string,
  enough: (lines: readonly LogLine[]) => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!enough(requestsOf(folder)) && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const watched = existsSync(folder) ? folder : join(folder, "..");
      const watcher = watch(watched, { signal }, () => {
        watcher.close();
        resolve();
      });
      watcher.on("error", () => resolve());
      signal.addEventListener("abort", () => resolve(), { once: true });
      // The log may have grown between the look and the watch.
      if (enough(requestsOf(folder))) {
        watcher.close();
        resolve();
      }
    });
  }
}
