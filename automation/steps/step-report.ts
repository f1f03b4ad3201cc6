import { accountIdOf } from "../../spec/deployment.ts";
import type { Evidence } from "../actions/action.ts";
import { type HandoffId, handoffSchemas } from "../handoffs.ts";
import type { Installation } from "../installation.ts";
import type { StepReport } from "./report.ts";
import type { Step } from "./steps.ts";

/** How real what this installation does is. */
export function evidenceOf(installation: Installation): Evidence {
  return installation.cloud.real ? "real" : "stand-in";
}

/** What is the same of a step in every report. */
export function baseReport(installation: Installation, step: Step): Omit<StepReport, "state" | "evidence"> {
  return {
    id: step.id,
    title: step.title,
    published: step.published,
    role: step.role,
    account: step.account === null ? null : accountIdOf(installation.inputs.deployment, step.account),
    kind: step.kind,
    dependsOn: step.dependsOn,
  };
}

/** The state of a step that somebody else performs: known only from its hand-off. */
export async function reportFromHandoff(installation: Installation, step: Step): Promise<StepReport> {
  const id = step.id in handoffSchemas ? (step.id as HandoffId) : undefined;
  const received = id !== undefined && (await installation.handoffs.read(id)) !== undefined;
  return {
    ...baseReport(installation, step),
    state: received ? "done" : "waiting",
    evidence: received ? evidenceOf(installation) : "not established",
    ...(received ? { detail: "from its hand-off" } : {}),
  };
}

/** The report of a step that is not performed now. */
export function unperformed(
  installation: Installation,
  step: Step,
  state: "ready" | "waiting",
  detail?: string,
): StepReport {
  return { ...baseReport(installation, step), state, evidence: "not established", detail };
}
