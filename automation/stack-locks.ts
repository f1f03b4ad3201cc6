import type { Cloud } from "./cloud.ts";
import { backendFolder, projectName, type StackPlace } from "./engine-stack.ts";
import { CloudFailure } from "./errors.ts";
import { removeLock, stackLocks } from "./locks.ts";

/**
 * Clears the lock that a run left behind when it was killed. Only a lock of this machine whose process is gone is removed; a live one,
 * or one of another machine, stops the run and is named.
 */
export async function releaseStaleLocks(
  cloud: Cloud,
  place: StackPlace,
  report: (line: string) => void,
): Promise<void> {
  const folder = backendFolder(cloud.state(place.account).backend);
  if (folder === undefined) return;
  for (const lock of await stackLocks(folder, projectName, place.name)) {
    if (lock.state === "stale") {
      await removeLock(lock);
      report(`removed the lock of process ${lock.pid}, which is gone`);
      continue;
    }
    throw new CloudFailure({
      code: "stack-locked",
      message: `Stack ${place.name} is locked by process ${lock.pid} of ${lock.username} on ${lock.hostname} since ${lock.timestamp}.`,
      hint: "wait until that run has ended; if it has been killed on another machine, that machine's admin runs `pulumi cancel`",
    });
  }
}
