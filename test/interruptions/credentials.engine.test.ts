import { expect, it } from "vitest";
import { expectConvergence, expectTrueStatus, full, planFile, upTo } from "../support/interruption.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

const stack = "policy-node1-long-lived";
const knownAs = {
  expired: "credentials-expired",
  revoked: "credentials-unknown",
  skewed: "signature-expired",
} as const;
/** Each kind from eleven positions of the update on: before a resource is made, and through to the end. */
const cases = Array.from({ length: 11 }, (_, after) => after).flatMap((after) =>
  (["expired", "revoked", "skewed"] as const).map((kind) => ({ kind, after })),
);

it.concurrent.each(full ? cases : cases.slice(0, 10))(
  "credentials $kind from create $after on stop the run with the cause, and new ones finish it",
  async ({ kind, after }) => {
    const folder = await rehearsalBefore(stack);
    await withSession(async (session) => {
      const faults = planFile(folder, { faults: [{ kind, creates: "any", after, times: "all" }] });
      const stopped = await session.perform({ ...upTo(stack, folder), faults });
      expect(stopped.exitCode, stopped.said).toBe(4);
      expect(stopped.document.error, stopped.said).toMatchObject({
        known: knownAs[kind],
        hint: expect.stringContaining("next: "),
      });
      await expectTrueStatus(session, stack, folder);
      await expectConvergence(session, stack, folder);
    });
  },
);
