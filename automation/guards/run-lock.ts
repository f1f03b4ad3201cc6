import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { CloudFailure } from "../errors.ts";

const holder = z.object({ pid: z.number(), username: z.string(), hostname: z.string(), since: z.string() });

const lockSuffix = ".lock";

/**
 * Takes the locks of the accounts that a run changes, so that one run at a time writes to an account from this machine. The operating
 * system gives a lock back however its holder ends: none is ever left behind, and none has to be judged. Runs on other machines are
 * kept apart by the engine's own locks.
 *
 * @param folder this deployment's files on this machine
 * @param accounts 12-digit ids
 * @returns gives the locks back
 * @throws CloudFailure naming who holds one of them
 */
export function takeRunLocks(folder: string, accounts: readonly string[]): () => void {
  const locks = join(folder, "locks");
  mkdirSync(locks, { recursive: true, mode: 0o700 });
  const taken: DatabaseSync[] = [];
  const release = () => {
    for (const database of taken.reverse()) database.close();
  };
  // Always in one order, though nobody waits: of two runs that start at once one gets on.
  for (const account of [...new Set(accounts)].sort()) {
    const database = new DatabaseSync(join(locks, `${account}${lockSuffix}`), { timeout: 0 });
    const by = join(locks, `${account}.json`);
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      release();
      if (!(error instanceof Error) || !/database is locked/.test(error.message)) throw error;
      throw locked(account, by);
    }
    taken.push(database);
    const { username } = userInfo();
    const since = new Date().toISOString();
    writeFileSync(by, JSON.stringify({ pid: process.pid, username, hostname: hostname(), since }), {
      mode: 0o600,
    });
  }
  return release;
}

/**
 * Takes the lock of every account that a run has ever changed from this folder, for whoever is about to empty it.
 *
 * @returns gives the locks back
 * @throws CloudFailure naming who holds one of them
 */
export function takeAllRunLocks(folder: string): () => void {
  const locks = join(folder, "locks");
  if (!existsSync(locks)) return () => {};
  const files = readdirSync(locks).filter((file) => /^\d{12}\.lock$/.test(file));
  return takeRunLocks(
    folder,
    files.map((file) => file.slice(0, -lockSuffix.length)),
  );
}

function locked(account: string, file: string): CloudFailure {
  const by = holderIn(file);
  const who =
    by === undefined
      ? "another run that has just begun"
      : `process ${by.pid} of ${by.username} on ${by.hostname} since ${by.since}`;
  return new CloudFailure({
    code: "run-locked",
    message: `Account ${account} is being changed by ${who}.`,
    hint: "wait until that run has ended (`ivault status` shows how far it is), then run the same command again",
  });
}

/** Undefined while its holder is about to write it. */
function holderIn(file: string): z.infer<typeof holder> | undefined {
  try {
    return holder.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined; // The lock itself is what counts; the name is for the message.
  }
}
