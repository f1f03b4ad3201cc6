import { fork } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCloud } from "../../automation/cloud-of.ts";
import { start } from "../support/ivault.ts";

const examples = join(import.meta.dirname, "..", "..", "examples", "institution");
const runLock = join(import.meta.dirname, "..", "..", "automation", "guards", "run-lock.ts");

let parent: string;
let folder: string;
let precious: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "fresh-"));
  folder = join(parent, "rehearsal");
  precious = join(folder, "state", "precious.json");
  mkdirSync(join(folder, "state"), { recursive: true });
  writeFileSync(join(folder, "ivault-rehearsal.json"), JSON.stringify({ rehearsal: 1, inputs: examples }));
  writeFileSync(precious, "{}");
});
afterEach(() => rmSync(parent, { recursive: true }));

async function emptied(): Promise<void> {
  const { cloud } = await openCloud({ input: examples, rehearsal: folder, fresh: true });
  await cloud.close();
}

it("a rehearsal in which another process runs is not emptied, and that process is named", async () => {
  const main = join(parent, "another-run.ts");
  writeFileSync(
    main,
    `import { takeRunLocks } from ${JSON.stringify(runLock)};
    takeRunLocks(${JSON.stringify(folder)}, ["222222222222"]);
    process.on("disconnect", () => process.exit());
    process.send("locked");`,
  );
  const run = fork(main, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  try {
    await once(run, "message");
    await expect(emptied()).rejects.toMatchObject({
      exitCode: 4,
      details: { code: "run-locked", message: expect.stringContaining(`process ${run.pid} of `) },
    });
    expect(existsSync(precious)).toBe(true);
  } finally {
    const ended = once(run, "exit");
    run.disconnect();
    await ended;
  }
  await emptied();
  expect(existsSync(precious)).toBe(false);
});

it("a folder of somebody else's is left as it is, with what looks like our locks", async () => {
  rmSync(join(folder, "ivault-rehearsal.json"));
  const locks = join(folder, "locks");
  mkdirSync(locks);
  for (const file of ["apt.lock", "apt.json", "222222222222.lock", "222222222222.json"]) {
    writeFileSync(join(locks, file), "theirs");
  }
  await expect(emptied()).rejects.toMatchObject({
    exitCode: 3,
    details: { code: "rehearsal-folder-foreign" },
  });
  expect(readdirSync(locks)).toHaveLength(4);
  for (const file of readdirSync(locks)) expect(readFileSync(join(locks, file), "utf8")).toBe("theirs");
});

it("a rehearsal is not emptied for a step that there is not", async () => {
  const { answered } = start(["rehearse", "--fresh", "--to", "walet", "--dir", folder, "--json"]);
  const { exitCode, stdout } = await answered;
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: "unknown-step", hint: expect.stringContaining("wallet") },
  });
  expect(existsSync(precious)).toBe(true);
});
