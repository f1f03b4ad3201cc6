import fc from "fast-check";
import { expect, it } from "vitest";
import type { DeployAnswer } from "../../automation/commands/deploy-answer.ts";
import { stacksInState, taggedObjects } from "../support/engine-state.ts";
import { afterRequests, documentOf, ivault, newFolder, requestsOf, start } from "../support/ivault.ts";

/** A rehearsal from nothing makes about this many requests. */
const requestsOfRun = 1050;
const seed = Number(process.env.IVAULT_SEED ?? 16);

/** Kills one run after so many more requests: the driver alone, or with all of its processes. */
async function killedRun(folder: string, more: number, whole: boolean): Promise<void> {
  const { child, answered } = start(["rehearse", "--dir", folder]);
  const ended = new AbortController();
  void answered.then(() => ended.abort());
  await afterRequests(folder, requestsOf(folder).length + more, ended.signal);
  if (child.pid === undefined) throw new Error("the command was not started");
  if (!ended.signal.aborted) process.kill(whole ? -child.pid : child.pid, "SIGKILL");
  await answered;
}

it("killed at five seeded points and run again, it converges without duplicate or orphan", async () => {
  const folder = await newFolder();
  const parts = fc.tuple(
    ...Array.from({ length: 5 }, () =>
      fc.tuple(fc.integer({ min: 5, max: requestsOfRun / 5 }), fc.boolean()),
    ),
  );
  const [points = []] = fc.sample(parts, { seed, numRuns: 1 });
  for (const [more, whole] of points) await killedRun(folder, more, whole);

  const answered = await ivault("rehearse", "--dir", folder, "--json");
  expect(answered.exitCode, answered.stderr).toBe(0);
  expect(documentOf<DeployAnswer>(answered).ok).toBe(true);

  const stacks = stacksInState(folder);
  expect(stacks.map(({ pending }) => pending)).toEqual(stacks.map(() => 0));
  const objects = taggedObjects(folder);
  const seen = new Map<string, number>();
  for (const { account, type, tag } of objects) {
    const key = `${account} ${type} ${tag}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  expect([...seen].filter(([, count]) => count > 1)).toEqual([]);
  const known = new Set(stacks.flatMap(({ resources }) => resources.map(({ type, id }) => `${type} ${id}`)));
  // Instances are the Auto Scaling group's; the engine knows the group.
  const orphans = objects.filter(
    ({ type, id }) => !known.has(`${type} ${id}`) && type !== "aws:ec2/instance:Instance",
  );
  expect(orphans).toEqual([]);
});
