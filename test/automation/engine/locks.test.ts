import { spawnSync } from "node:child_process";
import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeLock, stackLocks } from "../../../automation/engine/locks.ts";

let backend: string;
beforeEach(async () => {
  backend = await mkdtemp(join(tmpdir(), "locks-"));
});
afterEach(() => rm(backend, { recursive: true, force: true }));

async function lock(stack: string, content: string): Promise<string> {
  const folder = join(backend, ".pulumi", "locks", "organization", "institutional-vault", stack);
  await mkdir(folder, { recursive: true });
  const file = join(folder, "5cb1e0f4-5c38-4bb4-9e4a-1d5a4a3f9d10.json");
  await writeFile(file, content);
  return file;
}
const by = (pid: number, host = hostname()) =>
  JSON.stringify({ pid, username: "ada", hostname: host, timestamp: "2026-11-22T10:00:00Z" });
const locks = () => stackLocks(backend, "institutional-vault", "prod.wallet");

/** A process id that belonged to a process of this machine which has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

test("a backend that was never used has no locks", async () => {
  expect(await locks()).toEqual([]);
});

test("the lock of a process that is gone is stale and can be removed", async () => {
  const file = await lock("prod.wallet", by(endedProcess()));
  const [found] = await locks();
  expect(found).toMatchObject({ state: "stale", username: "ada", timestamp: "2026-11-22T10:00:00Z", file });
  if (found !== undefined) await removeLock(found);
  await expect(access(file)).rejects.toMatchObject({ code: "ENOENT" });
});

test("the lock of a running process is live and cannot be removed", async () => {
  const file = await lock("prod.wallet", by(process.pid));
  const [found] = await locks();
  expect(found).toMatchObject({ state: "live", pid: process.pid });
  await expect(found && removeLock(found)).rejects.toThrow("only a stale one");
  await access(file);
});

test("the lock of another machine is unknown, whatever runs here under its process id", async () => {
  await lock("prod.wallet", by(endedProcess(), "somewhere-else"));
  expect(await locks()).toMatchObject([{ state: "unknown", hostname: "somewhere-else" }]);
});

test("a lock that cannot be read is unknown", async () => {
  await lock("prod.wallet", '{"pid": 12');
  expect(await locks()).toMatchObject([{ state: "unknown" }]);
});

test("another stack's lock does not count", async () => {
  await lock("prod.nitro-nodes", by(process.pid));
  expect(await locks()).toEqual([]);
});
