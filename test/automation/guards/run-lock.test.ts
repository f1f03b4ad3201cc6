import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CloudFailure } from "../../../automation/errors.ts";
import { takeRunLocks } from "../../../automation/guards/run-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const [one, other] = ["111111111111", "222222222222"] as const;

function refusal(accounts: readonly string[]): CloudFailure {
  try {
    takeRunLocks(folder, accounts)();
  } catch (error) {
    if (error instanceof CloudFailure) return error;
    throw error;
  }
  throw new Error("the lock was given twice");
}

it("a second run on the same account is told who holds its lock", () => {
  const release = takeRunLocks(folder, [one]);
  const { details, exitCode } = refusal([one]);
  expect(exitCode).toBe(4);
  expect(details.code).toBe("run-locked");
  expect(details.message).toContain(
    `Account ${one} is being changed by process ${process.pid} of ${userInfo().username} on ${hostname()} since 2`,
  );
  release();
});

it("runs on different accounts do not hinder each other", () => {
  const release = takeRunLocks(folder, [one]);
  takeRunLocks(folder, [other])();
  release();
});

it("a lock that was given back can be taken again", () => {
  takeRunLocks(folder, [one, other])();
  takeRunLocks(folder, [other, one])();
});

it("a run that gets only some of its locks keeps none", () => {
  const release = takeRunLocks(folder, [other]);
  refusal([one, other]);
  takeRunLocks(folder, [one])();
  release();
});

it("one account under several names is locked once", () => {
  takeRunLocks(folder, [one, one])();
});
