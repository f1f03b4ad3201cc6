import type { StepReport } from "../steps/report.ts";

const columns = [
  { title: "step", width: 23 },
  { title: "who", width: 14 },
  { title: "account", width: 12 },
  { title: "changed", width: 17 },
  { title: "time", width: 7, right: true },
  { title: "evidence", width: 15 },
] as const;

const marks = { done: "✔", failed: "✖", waiting: "…", running: "▸", ready: "·" } as const;

/** The steps as a table of 100 columns: who, in which account, what changed, how long, and how real the result is. */
export function renderTable(reports: readonly StepReport[]): string {
  const rows = reports.map((report) => [
    report.id,
    report.role.replace(/-admin$/, ""),
    report.account ?? "",
    report.state === "done" ? changed(report) : report.state,
    timeTaken(report),
    report.evidence,
  ]);
  const header = `  ${cells(columns.map(({ title }) => title))}`;
  const rule = `  ${cells(columns.map(({ width }) => "─".repeat(width)))}`;
  return [
    header,
    rule,
    ...rows.map((row, index) => `${marks[reports[index]?.state ?? "ready"]} ${cells(row)}`),
  ].join("\n");
}

function cells(values: readonly string[]): string {
  const padded = columns.map((column, index) => {
    const value = values[index] ?? "";
    const fitting = value.length > column.width ? `${value.slice(0, column.width - 1)}…` : value;
    return "right" in column ? fitting.padStart(column.width) : fitting.padEnd(column.width);
  });
  return padded.join("  ").trimEnd();
}

/** What happens to a resource, in one character. */
export const signs = { create: "+", update: "~", replace: "±", delete: "-" } as const;

/** Resources by sign as in a preview (`+12 ~1`), anything else by its name (`5 secrets`); empty where nobody has looked. */
export function changed({ kind, changes }: StepReport): string {
  if (changes === undefined) return "";
  const counts = Object.entries(changes).filter(([what, count]) => what !== "same" && count > 0);
  if (counts.length === 0) return kind === "stack" ? "no change" : "";
  const signed: Readonly<Record<string, string>> = signs;
  return counts
    .map(([what, count]) => (signed[what] === undefined ? `${count} ${what}` : `${signed[what]}${count}`))
    .join(" ");
}

export function timeTaken({ startedAt, endedAt }: StepReport): string {
  if (startedAt === undefined || endedAt === undefined) return "";
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}m ${String(Math.floor(seconds % 60)).padStart(2, "0")}s`;
}
