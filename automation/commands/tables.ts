import type { PreviewedStack } from "../preview.ts";
import type { Status } from "../status.ts";
import type { WaitingFor } from "../steps/report.ts";
import { coloured } from "../terminal/output.ts";
import { renderTable, signs } from "../terminal/step-table.ts";
import type { DeployAnswer } from "./deploy-answer.ts";

/**
 * The end of a run for people: every step, then the address, what is left and what stood in for something else.
 *
 * @param resumeWith the command that resumes a run that was stopped; undefined for one that was not
 */
export function summaryText(answer: DeployAnswer, resumeWith: string | undefined): string {
  const lines = [
    "",
    renderTable(answer.steps),
    "",
    `${coloured("bold", "Wallet")}  ${answer.url}  (health ${answer.health})`,
    `${coloured("bold", "Time")}    ${(answer.durationMs / 1000).toFixed(1)} s`,
    "",
    "What was real:",
    ...answer.real.map((line) => `  ${line}`),
  ];
  if (answer.standIns.length > 0)
    lines.push("", "What stood in for something else:", ...answer.standIns.map((line) => `  ${line}`));
  if (resumeWith !== undefined) lines.push("", `Stopped. To resume: ${resumeWith}`);
  else lines.push(...whoText(answer.waitingFor, "What is left:"));
  return `${lines.join("\n")}\n`;
}

function whoText(waitingFor: readonly WaitingFor[], heading: string): string[] {
  if (waitingFor.length === 0) return [];
  return [
    "",
    heading,
    ...waitingFor.map(({ role, step, reason }) => `  ${role}: ${step} (${reason.split("\n")[0]})`),
  ];
}

export function statusText(status: Status): string {
  const lines = ["", `Environment ${coloured("bold", status.environment)}`, "", renderTable(status.steps)];
  lines.push(...whoText(status.waitingFor, "Who has to act:"));
  return `${lines.join("\n")}\n`;
}

export function previewText(stacks: readonly PreviewedStack[]): string {
  const lines: string[] = [];
  for (const { stack, account, role, inputsKnown, changes, resources } of stacks) {
    const counts = Object.entries(changes)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`);
    lines.push(
      "",
      `${coloured("bold", stack)}  account ${account}, ${role}: ${counts.join(", ") || "empty"}`,
    );
    if (!inputsKnown) lines.push("  previewed with placeholders: an earlier step has not been performed yet");
    for (const { urn, operation } of resources) {
      if (operation === "same" || operation === "read") continue;
      const [, , types, ...name] = urn.split("::");
      lines.push(`  ${signs[operation]} ${(types ?? "").split("$").at(-1)} ${name.join("::")}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
