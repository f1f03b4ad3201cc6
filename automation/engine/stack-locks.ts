import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../cloud.ts";
import { CloudFailure } from "../errors.ts";
import { removeLock, type StackLock, stackLocks } from "./locks.ts";
import { backendFolder, projectName, type StackPlace } from "./stack-place.ts";

/** The engine of a run that was killed notices within seconds that its program is gone, and gives its lock back. */
const orphanedEngineMilliseconds = 20_000;

/**
 * Clears the lock that a run left behind when it was killed. Only a lock of this machine whose process is gone is removed; a live one
 * that stays, or one of another machine, stops the run and is named.
 */
export async function releaseStaleLocks(
  cloud: Cloud,
  place: StackPlace,
  told: { readonly report: (line: string) => void; readonly note: (line: string) => void },
): Promise<void> {
  const until = performance.now() + orphanedEngineMilliseconds;
  for (;;) {
    const locks = await locksOf(cloud, place);
    for (const lock of locks.filter(({ state }) => state === "stale")) {
      await removeLock(lock);
      told.note(`removed the lock of process ${lock.pid}, which is gone`);
    }
    const held = locks.find(({ state }) => state !== "stale");
    if (held === undefined) return;
    if (held.state === "unknown" || performance.now() > until) throw lockedBy(place, held);
    told.report(`waits for process ${held.pid}, which holds the stack's lock`);
    await delay(500);
  }
}

/** Whether an engine has ended in the middle of its work and left its lock behind. */
export async function isLeftLocked(cloud: Cloud, place: StackPlace): Promise<boolean> {
  return (await locksOf(cloud, place)).some(({ state }) => state === "stale");
}

/** The failure of an update that met another's lock, with whoever holds it now. */
export async function concurrentUpdate(cloud: Cloud, place: StackPlace): Promise<CloudFailure> {
  const held = (await locksOf(cloud, place)).find(({ state }) => state !== "stale");
  if (held !== undefined) return lockedBy(place, held);
  return new CloudFailure({
    code: "stack-locked",
    message: `Stack ${place.name} was being changed by another run, which has ended by now.`,
    hint: "run the same command again",
  });
}

async function locksOf(cloud: Cloud, place: StackPlace): Promise<readonly StackLock[]> {
  const folder = backendFolder(cloud.state(place.account).backend);
  return folder === undefined ? [] : await stackLocks(folder, projectName, place.name);
}

function lockedBy(place: StackPlace, lock: StackLock): CloudFailure {
  const { pid, username, hostname, timestamp, state, file } = lock;
  return new CloudFailure({
    code: "stack-locked",
    message: `Stack ${place.name} is locked by process ${pid} of ${username} on ${hostname} since ${timestamp}.`,
    hint:
      state === "live"
        ? `wait until that run has ended, then run the same command again`
        : `wait until that run has ended; if ${hostname}'s admin confirms that the process is gone, remove its lock (${file}, or \`pulumi cancel --stack ${place.name}\`) and run the same command again`,
  });
}
