import type { DeployAnswer } from "./commands.ts";
import { coloured } from "./output.ts";
import type { PreviewedStack } from "./preview.ts";
import { renderTable } from "./progress.ts";
import type { Status } from "./status.ts";

/** The end of a run for people: every step, then the address, what is left and what stood in for something else. */
export function summaryText(answer: DeployAnswer, stopped: boolean): string {
  const waiting = answer.steps.filter(({ state, dependsOn }) => state !== "done" && dependsOn.every((id) => isDone(answer, id)));
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
  if (answer.standIns.length > 0) lines.push("", "What stood in for something else:", ...answer.standIns.map((line) => `  ${line}`));
  if (stopped) lines.push("", "Stopped. Run the same command again to resume.");
  else if (waiting.length > 0) {
    lines.push("", "What is left:");
    for (const { id, waitingFor, role, error, detail } of waiting) {
      lines.push(`  ${id} (${waitingFor ?? role}): ${(error ?? detail ?? "not performed").split("\n")[0]}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function isDone(answer: DeployAnswer, id: string): boolean {
  return answer.steps.some((step) => step.id === id && step.state === "done");
}

export function statusText(status: Status): string {
  const lines = ["", `Environment ${coloured("bold", status.environment)}`, "", renderTable(status.steps)];
  if (status.waitingFor.length > 0) {
    lines.push("", "Who has to act:");
    for (const { role, step, reason } of status.waitingFor) lines.push(`  ${role}: ${step} (${reason.split("\n")[0]})`);
  }
  return `${lines.join("\n")}\n`;
}

export function previewText(stacks: readonly PreviewedStack[]): string {
  const lines: string[] = [];
  for (const { stack, account, role, inputsKnown, changes, resources } of stacks) {
    const counts = Object.entries(changes).filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
    lines.push("", `${coloured("bold", stack)}  account ${account}, ${role}: ${counts.join(", ") || "empty"}`);
    if (!inputsKnown) lines.push("  previewed with placeholders: an earlier step has not been performed yet");
    for (const { urn, operation } of resources) {
      if (operation === "same" || operation === "read") continue;
      const [, , types, ...name] = urn.split("::");
      lines.push(`  ${signs[operation]} ${(types ?? "").split("$").at(-1)} ${name.join("::")}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const signs = { create: "+", update: "~", replace: "±", delete: "-" } as const;
