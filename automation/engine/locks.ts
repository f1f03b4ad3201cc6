import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readIfPresent } from "../files.ts";
import { jsonOf } from "../text/json-text.ts";

/** What the engine writes into a lock file (`lockContent` in its package `backend/diy`). */
const lockContent = z.looseObject({
  pid: z.number().int().positive(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/** One lock on a stack in a `file://` backend, and what can be said of the process that took it. */
export interface StackLock {
  readonly file: string;
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
  /** `stale`: a process of this machine that is gone; `live`: one that runs; `unknown`: another machine's, which nobody here can ask. */
  readonly state: "stale" | "live" | "unknown";
}

/**
 * The locks on a stack. The engine's locks have no time limit, and its own `cancel` deletes the locks of living runs too, so that
 * only a look at the process tells whether one was left behind.
 *
 * @param backendFolder folder of the `file://` backend, which holds `.pulumi/`
 */
export async function stackLocks(
  backendFolder: string,
  project: string,
  stack: string,
): Promise<readonly StackLock[]> {
  const folder = join(backendFolder, ".pulumi", "locks", "organization", project, stack);
  const locks: StackLock[] = [];
  for (const name of await filesIn(folder)) {
    const file = join(folder, name);
    const text = await readIfPresent(file);
    // Absent: released between the listing and now.
    if (text !== undefined) locks.push(parseLock(file, text));
  }
  return locks;
}

function parseLock(file: string, text: string): StackLock {
  const parsed = lockContent.safeParse(jsonOf(text));
  // A lock whose taker was cut off while writing names nobody; it is left for a person to judge.
  if (!parsed.success)
    return { file, pid: 0, username: "?", hostname: "?", timestamp: "?", state: "unknown" };
  const { pid, username, hostname: host, timestamp } = parsed.data;
  const state = host !== hostname() ? "unknown" : runs(pid) ? "live" : "stale";
  return { file, pid, username, hostname: host, timestamp, state };
}

/** Removes a lock that was left behind; any other is refused, for its run may still be writing the state. */
export async function removeLock(lock: StackLock): Promise<void> {
  if (lock.state !== "stale")
    throw new Error(`The lock ${lock.file} is ${lock.state}; only a stale one may be removed.`);
  await rm(lock.file, { force: true });
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
