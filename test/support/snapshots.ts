import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Role, StepId } from "../../automation/steps/steps.ts";
import type { StackId } from "../../stacks/outputs.ts";
import { ivault } from "./ivault.ts";

interface Chapter {
  /** What is about to happen when the snapshot is taken. */
  readonly stack: StackId;
  readonly role: Role;
  /** The run that leads there from the snapshot before. */
  readonly to: StepId;
  readonly as: readonly Role[];
}

const everyone = [
  "infrastructure-admin",
  "policy-node0-admin",
  "policy-node1-admin",
  "policy-node2-admin",
] as const;

/** The nine stacks in the order of the snapshots; each run acts for as few roles as lead there, which is quickest. */
const chapters: readonly Chapter[] = [
  { stack: "baseline-infrastructure", role: "infrastructure-admin", to: "release", as: everyone },
  {
    stack: "baseline-policy-node1",
    role: "policy-node1-admin",
    to: "baseline-infrastructure",
    as: ["infrastructure-admin"],
  },
  {
    stack: "baseline-policy-node2",
    role: "policy-node2-admin",
    to: "baseline-policy-node1",
    as: ["policy-node1-admin"],
  },
  { stack: "wallet-long-lived", role: "infrastructure-admin", to: "service-images", as: everyone },
  {
    stack: "policy-node0-long-lived",
    role: "policy-node0-admin",
    to: "wallet-long-lived",
    as: ["infrastructure-admin"],
  },
  {
    stack: "policy-node1-long-lived",
    role: "policy-node1-admin",
    to: "policy-node0-long-lived",
    as: ["policy-node0-admin"],
  },
  {
    stack: "policy-node2-long-lived",
    role: "policy-node2-admin",
    to: "policy-node1-long-lived",
    as: ["policy-node1-admin"],
  },
  { stack: "wallet", role: "infrastructure-admin", to: "database-init", as: everyone },
  { stack: "nitro-nodes", role: "infrastructure-admin", to: "wallet", as: ["infrastructure-admin"] },
];

export const stacksInOrder = chapters.map(({ stack }) => stack);

/** Whose run brings a stack up. */
export function roleOf(stack: StackId): Role {
  return chapterOf(stack).role;
}

function chapterOf(stack: StackId): Chapter {
  const chapter = chapters.find((one) => one.stack === stack);
  if (chapter === undefined) throw new Error(`there is no snapshot before ${stack}`);
  return chapter;
}

const copies: string[] = [];
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

/**
 * A rehearsal of its own that stands just before a stack: a copy of one that is made once in a test run, the first time that it is
 * asked for.
 */
export async function rehearsalBefore(stack: StackId): Promise<string> {
  const stored = await snapshotBefore(stack);
  const parent = mkdtempSync(join(tmpdir(), "ivault-test-"));
  copies.push(parent);
  const folder = join(parent, "rehearsal");
  cpSync(stored, folder, { recursive: true });
  return folder;
}

/** The snapshots that this file's cases, which run side by side, have asked for; test files run one after another. */
const asked = new Map<StackId, Promise<string>>();

function snapshotBefore(stack: StackId): Promise<string> {
  const snapshot = asked.get(stack) ?? takeSnapshot(stack);
  asked.set(stack, snapshot);
  return snapshot;
}

async function takeSnapshot(stack: StackId): Promise<string> {
  const root = process.env.IVAULT_SNAPSHOTS;
  if (!root) throw new Error("the tests' set-up names no folder for snapshots");
  const chapter = chapterOf(stack);
  const stored = join(root, stack);
  if (existsSync(stored)) return stored;
  const before = chapters[chapters.indexOf(chapter) - 1];
  const growing = join(root, `${stack}.growing`);
  if (before !== undefined) cpSync(await snapshotBefore(before.stack), growing, { recursive: true });
  const roles = chapter.as.flatMap((role) => ["--as", role]);
  const run = await ivault("rehearse", "--dir", growing, "--to", chapter.to, ...roles, "--json");
  if (run.exitCode !== 0)
    throw new Error(`the snapshot before ${stack} failed (${run.exitCode}):\n${run.stderr}`);
  renameSync(growing, stored);
  return stored;
}
