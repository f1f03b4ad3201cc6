import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunEvent, StepReport } from "../../../automation/steps/report.ts";
import type { Step, StepId } from "../../../automation/steps/steps.ts";
import { plainLines } from "../../../automation/terminal/progress.ts";
import { renderTable } from "../../../automation/terminal/step-table.ts";

const startedAt = "2026-11-22T10:00:00.000Z";
const after = (seconds: number) => new Date(Date.parse(startedAt) + seconds * 1000).toISOString();

function report(id: StepId, more: Partial<StepReport> = {}): StepReport {
  return {
    id,
    title: "Title",
    published: [9],
    role: "infrastructure-admin",
    account: "111111111111",
    kind: "stack",
    dependsOn: [],
    state: "done",
    evidence: "stand-in",
    startedAt,
    endedAt: after(1.25),
    ...more,
  };
}

const reports: readonly StepReport[] = [
  report("doctor", { role: "all", account: null, kind: "check", evidence: "real", endedAt: after(0.04) }),
  report("baseline-infrastructure", {
    changes: { create: 131, update: 12, replace: 3, delete: 4, same: 20 },
    endedAt: after(245),
  }),
  report("wallet-long-lived", { changes: { create: 0, update: 0, replace: 0, delete: 0, same: 31 } }),
  report("policy-node1-long-lived", {
    role: "policy-node1-admin",
    account: "222222222222",
    changes: { create: 9 },
  }),
  report("secrets-policy-node2", {
    role: "policy-node2-admin",
    account: "333333333333",
    kind: "action",
    changes: { secrets: 5 },
  }),
  // Another admin's, known to be done from its hand-off: nobody here knows what it changed.
  report("policy-node2-long-lived", {
    role: "policy-node2-admin",
    account: "333333333333",
    startedAt: undefined,
    endedAt: undefined,
  }),
  report("nitro-nodes", { state: "failed", evidence: "not established", error: "AccessDenied" }),
  report("start", {
    state: "ready",
    evidence: "not established",
    kind: "action",
    startedAt: undefined,
    endedAt: undefined,
  }),
  report("backup", {
    state: "waiting",
    evidence: "not established",
    kind: "gate",
    startedAt: undefined,
    endedAt: undefined,
  }),
];

test("the table says who, where, what changed, how long and how real", async () => {
  await expect(`${renderTable(reports)}\n`).toMatchFileSnapshot("../../golden/steps-table.golden.txt");
});

test("no line of the table is wider than 100 columns, whatever a step changed", () => {
  const changes = fc.dictionary(fc.string({ minLength: 1, maxLength: 30 }), fc.nat(100_000));
  const text = fc.array(
    changes.map((one) => report("baseline-infrastructure", { changes: one })),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(text, (some) => {
      for (const line of renderTable(some).split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    }),
  );
});

const step: Step = {
  id: "wallet",
  title: "Broker and wallet",
  published: [14],
  role: "infrastructure-admin",
  account: "infrastructure",
  kind: "stack",
  dependsOn: [],
};

function linesOf(events: readonly RunEvent[]): readonly string[] {
  const lines: string[] = [];
  const progress = plainLines([step], (line) => lines.push(line));
  for (const event of events) progress.show(event);
  return lines;
}

test("without a terminal every start, end and note has its line", () => {
  const lines = linesOf([
    { type: "step-started", step: "wallet", at: startedAt },
    { type: "note", at: startedAt, line: "one resource exists already" },
    {
      type: "step-ended",
      step: "wallet",
      at: after(1),
      report: report("wallet", { changes: { create: 3 } }),
    },
  ]);
  expect(lines).toEqual([
    "started  wallet: Broker and wallet (infrastructure-admin)",
    "note     one resource exists already",
    "done     wallet: +3 · 1.3 s · stand-in",
  ]);
});

test("every line of a failure is shown, indented below its step", () => {
  const failed = report("wallet", { state: "failed", error: "Stack wallet failed:\n  key: AccessDenied" });
  expect(linesOf([{ type: "step-ended", step: "wallet", at: after(1), report: failed }])).toEqual([
    "failed   wallet: Stack wallet failed:",
    "           key: AccessDenied",
  ]);
});

test("without a terminal progress is told now and then only", () => {
  const events = Array.from({ length: 21 }, (_, tenth) => ({
    type: "step-progress" as const,
    step: "wallet" as const,
    at: after(tenth / 2),
    line: `${tenth}/20`,
  }));
  expect(linesOf(events).map((line) => line.trim())).toEqual([
    "wallet: 0/20",
    "wallet: 10/20",
    "wallet: 20/20",
  ]);
});
