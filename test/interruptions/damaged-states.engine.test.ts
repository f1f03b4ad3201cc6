import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { Status } from "../../automation/status.ts";
import type { StackId } from "../../stacks/outputs.ts";
import { editState } from "../support/engine-state.ts";
import { expectConvergence, full, upTo } from "../support/interruption.ts";
import { changes, requestsOf } from "../support/ivault.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

/** Each stack with the snapshot in which it exists, and its account. */
const places: readonly (readonly [StackId, StackId, account: string])[] = [
  ["baseline-policy-node1", "baseline-policy-node2", "222222222222"],
  ["policy-node1-long-lived", "policy-node2-long-lived", "222222222222"],
  ["baseline-infrastructure", "baseline-policy-node1", "111111111111"],
];

/** What somebody or something did to the file, and the code of the refusal. */
const damages: Readonly<Record<string, readonly [code: string, damage: (file: string) => void]>> = {
  emptied: ["state-empty", (file) => writeFileSync(file, "")],
  "cut off in the middle": [
    "state-truncated",
    (file) => writeFileSync(file, readFileSync(file, "utf8").slice(0, 3000)),
  ],
  "put back in an older version": [
    "state-older",
    (file) =>
      editState<{ manifest: object }>(file, (latest) => ({
        ...latest,
        manifest: { ...latest.manifest, time: "2026-01-01T00:00:00Z" },
      })),
  ],
  "replaced by another stack's": [
    "state-other-stack",
    (file) =>
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("urn:pulumi:testnet.", "urn:pulumi:other.")),
  ],
  "under another secrets provider": [
    "state-secrets-provider",
    (file) => editState(file, (latest) => ({ ...latest, secrets_providers: { type: "cloud" } })),
  ],
};

const cases = places.flatMap(([stack, before, account]) =>
  Object.entries(damages).map(([done, [code, damage]]) => ({ stack, before, account, done, code, damage })),
);

it.concurrent.each(full ? cases : cases.slice(0, 10))(
  "the state of $stack, $done, is refused with the copy to put back, which works",
  async ({ stack, before, account, code, damage }) => {
    const folder = await rehearsalBefore(before);
    const pulumi = join(folder, "state", account, ".pulumi");
    const file = join(pulumi, "stacks", "institutional-vault", `testnet.${stack}.json`);
    damage(file);
    const damaged = readFileSync(file, "utf8");
    await withSession(async (session) => {
      const refused = await session.perform(upTo(stack, folder));
      expect(refused.exitCode, refused.said).toBe(3);
      expect(refused.document.error).toMatchObject({ code, file });
      expect(readFileSync(file, "utf8")).toBe(damaged);
      const status = await session.perform({ ...upTo(stack, folder), command: "status" });
      const { steps } = status.document as unknown as Status;
      expect(steps.find(({ id }) => id === stack)).toMatchObject({ state: "failed" });

      const [, copy = ""] = /`cp (\S+) /.exec(refused.document.error?.hint ?? "") ?? [];
      expect(existsSync(copy), refused.said).toBe(true);
      copyFileSync(copy, file);
      await expectConvergence(session, stack, folder);
    });
  },
);

it("a folder of state that cannot be written is refused before anything is changed", async () => {
  const stack = "baseline-policy-node1";
  const folder = await rehearsalBefore(stack);
  const state = join(folder, "state", "222222222222", ".pulumi");
  rmSync(state, { recursive: true, force: true });
  mkdirSync(dirname(state), { recursive: true });
  // Where a file stands no folder can be made, whatever rights the user of the tests has.
  writeFileSync(state, "");
  await withSession(async (session) => {
    const before = requestsOf(folder).filter(changes).length;
    const refused = await session.perform(upTo(stack, folder));
    expect(refused.exitCode, refused.said).toBe(3);
    expect(refused.document.error).toMatchObject({ code: "state-unwritable" });
    expect(requestsOf(folder).filter(changes)).toHaveLength(before);
    rmSync(state);
    await expectConvergence(session, stack, folder);
  });
});
