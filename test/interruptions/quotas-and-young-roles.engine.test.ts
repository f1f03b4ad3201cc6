import { describe, expect, it } from "vitest";
import type { StackId } from "../../stacks/outputs.ts";
import { expectConvergence, expectTrueStatus, full, planFile, upTo } from "../support/interruption.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

const quotas: readonly { readonly stack: StackId; readonly creates: string; readonly known: string }[] = [
  { stack: "baseline-policy-node1", creates: "aws:s3/bucket:Bucket", known: "quota-reached" },
  { stack: "policy-node1-long-lived", creates: "aws:kms/key:Key", known: "quota-reached" },
  { stack: "baseline-policy-node1", creates: "aws:cloudtrail/trail:Trail", known: "quota-reached" },
  { stack: "baseline-policy-node1", creates: "aws:iam/role:Role", known: "quota-reached" },
  { stack: "baseline-infrastructure", creates: "aws:ec2/eip:Eip", known: "address-limit" },
  { stack: "baseline-infrastructure", creates: "aws:ec2/vpc:Vpc", known: "quota-reached" },
  { stack: "baseline-infrastructure", creates: "aws:route53/zone:Zone", known: "quota-reached" },
  { stack: "wallet-long-lived", creates: "aws:rds/instance:Instance", known: "quota-reached" },
  { stack: "wallet", creates: "aws:lb/loadBalancer:LoadBalancer", known: "quota-reached" },
];

describe("an exhausted quota", () => {
  it.concurrent.each(full ? quotas : quotas.slice(0, 2))(
    "of $creates in $stack stops the run with the resource, and running again goes on",
    async ({ stack, creates, known }) => {
      const folder = await rehearsalBefore(stack);
      await withSession(async (session) => {
        const faults = planFile(folder, { faults: [{ kind: "quota", creates }] });
        const stopped = await session.perform({ ...upTo(stack, folder), faults });
        expect(stopped.exitCode, stopped.said).toBe(4);
        expect(stopped.document.error, stopped.said).toMatchObject({
          known,
          stack,
          account: expect.stringMatching(/^\d{12}$/),
          resources: expect.arrayContaining([expect.objectContaining({ type: creates })]),
          hint: expect.stringContaining("next: "),
        });
        await expectTrueStatus(session, stack, folder);
        await expectConvergence(session, stack, folder);
      });
    },
  );
});

/** What may end a run by itself; everything else is outlasted. */
const causes =
  /^(throttled|aws-fault|network|answer-lost|credentials-expired|credentials-unusable|quota-reached|role-not-seen-yet)$/;

async function expectOutlastedOrTold(stack: StackId, faults: (folder: string) => string): Promise<void> {
  const folder = await rehearsalBefore(stack);
  await withSession(async (session) => {
    const run = await session.perform({ ...upTo(stack, folder), faults: faults(folder) });
    if (run.exitCode !== 0) {
      expect([3, 4], run.said).toContain(run.exitCode);
      // A guard's refusal says by its code what it found.
      expect(run.document.error?.known ?? run.document.error?.code, run.said).toMatch(causes);
      await expectTrueStatus(session, stack, folder);
    }
    await expectConvergence(session, stack, folder);
  });
}

describe("roles that other services do not know at once", () => {
  const cases = (["baseline-policy-node1", "policy-node1-long-lived"] as const).flatMap((stack) =>
    [3, 30].map((youngRoles) => ({ stack, youngRoles })),
  );
  it.concurrent.each(full ? cases : cases.slice(1, 2))(
    "are outlasted by $stack for $youngRoles requests, or stop the run with the cause",
    async ({ stack, youngRoles }) => {
      await expectOutlastedOrTold(stack, (folder) => planFile(folder, { youngRoles }));
    },
  );
});

describe("the faults of a seed", () => {
  it.concurrent.each(full ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [3])(
    "%i are outlasted, or stop the run with the cause",
    async (seed) => {
      await expectOutlastedOrTold("policy-node2-long-lived", () => String(seed));
    },
  );
});
