import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { DeployAnswer } from "../../automation/commands/deploy-answer.ts";
import type { PreviewedStack } from "../../automation/preview.ts";
import type { Status } from "../../automation/status.ts";
import { changes, documentOf, ivault, newFolder, requestsOf, start } from "../support/ivault.ts";
import { expectDeployedAsPlanned } from "./deployed.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "institution");

/** Every value of the example's secrets file that says of itself that it must never be seen again. */
const canaries = [
  ...readFileSync(join(example, "customer-secrets.yml"), "utf8").matchAll(
    /[A-Za-z0-9_./:-]*canary[A-Za-z0-9_.-]*/g,
  ),
]
  .map(([word]) => word)
  .filter((word) => /\d/.test(word));

let folder: string;
let first: DeployAnswer;
const commandLines = new Set<string>();
const printed: string[] = [];

/** Command lines of all processes of this machine, as /proc shows them. */
function readCommandLines(): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      commandLines.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    } catch (error) {
      // The process has ended since it was listed.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ESRCH") throw error;
    }
  }
}

async function answered(...args: string[]) {
  const result = await ivault(...args, "--json");
  printed.push(result.stdout, result.stderr);
  return result;
}

function filesIn(root: string): string[] {
  return readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(root, entry.name)) : [join(root, entry.name)],
  );
}

function contentOf(root: string): Record<string, string> {
  const hash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
  return Object.fromEntries(filesIn(root).map((file) => [file, hash(file)]));
}

beforeAll(async () => {
  folder = await newFolder();
  const run = start(["rehearse", "--dir", folder, "--json"]);
  run.child.stderr?.on("data", readCommandLines);
  const result = await run.answered;
  printed.push(result.stdout, result.stderr);
  expect(result.exitCode, result.stderr).toBe(0);
  first = documentOf<DeployAnswer>(result);
});

describe("a rehearsal from nothing", () => {
  it("performs all sixteen steps in three accounts", () => {
    expect(first.ok).toBe(true);
    expect(first.steps.map(({ state }) => state)).toEqual(first.steps.map(() => "done"));
    expect(new Set(first.steps.flatMap(({ published }) => published)).size).toBe(16);
    expect(new Set(first.steps.map(({ account }) => account))).toEqual(
      new Set([null, "111111111111", "222222222222", "333333333333"]),
    );
    expect(first.steps.filter(({ kind }) => kind === "stack")).toHaveLength(9);
  });

  it("says plainly what stood in and what is not established", () => {
    const evidence = Object.fromEntries(first.steps.map((step) => [step.id, step.evidence]));
    expect(evidence).toMatchObject({
      ers: "real",
      "baseline-policy-node1": "stand-in",
      "database-init": "not established",
    });
    expect(first.health).toBe("not established");
    expect(first.standIns.join(" ")).toMatch(/nothing of them runs/);
    const bootstrap = first.steps.find(({ id }) => id === "bootstrap");
    expect(bootstrap?.detail).toMatch(/health/);
  });

  it("leaves its engine's state, hand-offs and request log where they are promised", () => {
    for (const account of ["111111111111", "222222222222", "333333333333"]) {
      expect(
        readdirSync(join(folder, "state", account, ".pulumi", "stacks", "institutional-vault")).length,
      ).toBeGreaterThan(0);
    }
    expect(readdirSync(join(folder, "work"))).toContain("nitro-nodes");
    expect(readdirSync(join(folder, "handoffs"))).toContain("policy-node1-long-lived.json");
    expect(requestsOf(folder).every(({ decision, status }) => decision === "allow" && status < 500)).toBe(
      true,
    );
  });
});

describe("what is deployed", () => {
  it("is in the right account, tagged, protected, free of secrets, and carries exactly the model's policies", async () => {
    await expectDeployedAsPlanned(folder);
  });
});

describe("canaries in the example's secrets", () => {
  it("are there to be found", () => {
    expect(canaries.length).toBeGreaterThanOrEqual(6);
  });

  it("are in no file of the rehearsal, no output and no command line", () => {
    const forms = canaries.flatMap((word) => [
      Buffer.from(word),
      Buffer.from(Buffer.from(word).toString("base64").slice(0, -4)),
    ]);
    const found: string[] = [];
    for (const file of filesIn(folder)) {
      const bytes = readFileSync(file);
      if (forms.some((form) => bytes.includes(form))) found.push(file);
    }
    for (const text of [...printed, ...commandLines])
      if (canaries.some((word) => text.includes(word))) found.push(text.slice(0, 200));
    expect(found).toEqual([]);
    expect(commandLines.size).toBeGreaterThan(3);
  });

  it("reach their vault all the same", () => {
    expect(requestsOf(folder).filter(({ action }) => action === "PutSecretValue").length).toBeGreaterThan(15);
  });
});

describe("the same command again", () => {
  it("changes nothing", async () => {
    const before = requestsOf(folder).length;
    const handoffs = contentOf(join(folder, "handoffs"));
    const again = documentOf<DeployAnswer>(await answered("rehearse", "--dir", folder));
    expect(again.ok).toBe(true);
    for (const { id, kind, changes: changed } of again.steps) {
      const counts = Object.entries(changed ?? {}).filter(([what]) => what !== "same");
      expect(
        counts.every(([, count]) => count === 0),
        `${id} ${kind}: ${JSON.stringify(changed)}`,
      ).toBe(true);
    }
    expect(requestsOf(folder).slice(before).filter(changes)).toEqual([]);
    expect(contentOf(join(folder, "handoffs"))).toEqual(handoffs);
  });
});

describe("status", () => {
  it("reads from state and cloud that everything is done and nobody has to act", async () => {
    const status = documentOf<Status>(await answered("status", "--rehearsal", folder));
    expect(status.environment).toBe("testnet");
    expect(status.steps.filter(({ state }) => state !== "done")).toEqual([]);
    expect(status.waitingFor).toEqual([]);
  });

  it("shows an admin the others' steps as far as hand-offs tell", async () => {
    const status = documentOf<Status>(
      await answered("status", "--rehearsal", folder, "--as", "policy-node1-admin"),
    );
    const state = Object.fromEntries(
      status.steps.map((step) => [step.id, `${step.state}, ${step.evidence}`]),
    );
    expect(state).toMatchObject({
      "policy-node1-long-lived": "done, stand-in",
      "secrets-wallet": "done, stand-in",
      "database-init": "waiting, not established",
    });
  });
});

describe("preview", () => {
  it("shows nine unchanged stacks of a deployed vault and changes nothing", async () => {
    const before = requestsOf(folder).length;
    const state = contentOf(join(folder, "state"));
    const { stacks } = documentOf<{ stacks: PreviewedStack[] }>(
      await answered("preview", "--rehearsal", folder),
    );
    expect(stacks).toHaveLength(9);
    for (const { stack, inputsKnown, changes: changed, resources } of stacks) {
      expect({ stack, inputsKnown, ...changed }).toMatchObject({
        inputsKnown: true,
        create: 0,
        update: 0,
        replace: 0,
        delete: 0,
      });
      expect(changed.same).toBeGreaterThan(10);
      expect(resources.length).toBeGreaterThanOrEqual(changed.same);
    }
    expect(requestsOf(folder).slice(before).filter(changes)).toEqual([]);
    expect(contentOf(join(folder, "state"))).toEqual(state);
  });

  it("shows nine stacks of fresh accounts, with placeholders where steps are missing, and leaves nothing behind", async () => {
    const fresh = await newFolder();
    const { stacks } = documentOf<{ stacks: PreviewedStack[] }>(
      await answered("preview", "--rehearsal", fresh),
    );
    expect(stacks).toHaveLength(9);
    const known = Object.fromEntries(stacks.map(({ stack, inputsKnown }) => [stack, inputsKnown]));
    expect(known).toMatchObject({
      "baseline-infrastructure": true,
      "baseline-policy-node1": true,
      "nitro-nodes": false,
      "policy-node2-long-lived": false,
    });
    for (const { changes: changed } of stacks) expect(changed.create).toBeGreaterThan(10);
    expect(requestsOf(fresh).filter(changes)).toEqual([]);
    expect(filesIn(join(fresh, "state"))).toEqual([]);
  });

  it("ends at once with 130 when it is told to stop, and leaves nothing of what it tried out behind", async () => {
    const fresh = await newFolder();
    const { child, answered, said } = start(["preview", "--rehearsal", fresh]);
    await said("previewing");
    const work = join(fresh, "work");
    mkdirSync(work, { recursive: true });
    const watcher = watch(work);
    const triedOut = () => readdirSync(work).filter((name) => name.includes(".preview-"));
    while (triedOut().length === 0) await once(watcher, "change");
    watcher.close();
    // As a terminal sends it, to the engine as well.
    process.kill(-(child.pid ?? Number.NaN), "SIGINT");
    const stopped = await answered;
    expect(stopped.exitCode, stopped.stderr).toBe(130);
    expect(stopped.stderr).toMatch(/to resume: ivault preview --rehearsal/);
    expect(triedOut()).toEqual([]);
  });

  it("answers for one stack, and names the stacks there are for a wrong name", async () => {
    const { stacks } = documentOf<{ stacks: PreviewedStack[] }>(
      await answered("preview", "--rehearsal", folder, "--stack", "baseline-policy-node2"),
    );
    expect(stacks.map(({ stack }) => stack)).toEqual(["baseline-policy-node2"]);
    const wrong = await answered("preview", "--rehearsal", folder, "--stack", "baseline");
    expect(wrong.exitCode).toBe(2);
    expect(documentOf<{ error: { hint: string } }>(wrong).error.hint).toContain("baseline-policy-node1");
  });
});

describe("the rehearsal's folder", () => {
  it("is refused when it holds somebody else's files", async () => {
    const other = await newFolder();
    mkdirSync(other);
    writeFileSync(join(other, "precious.txt"), "kept");
    const refused = await answered("rehearse", "--fresh", "--dir", other);
    expect(refused.exitCode).toBe(3);
    expect(documentOf<{ error: { message: string } }>(refused).error.message).toContain(other);
    expect(statSync(join(other, "precious.txt")).size).toBe(4);
  });
});
