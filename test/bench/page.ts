import { cpus, totalmem } from "node:os";
import { engineVersion } from "../../automation/engine/engine.ts";
import { creationTimes } from "./creation-times.ts";
import { type measureGrowth, over, type Round, timeScale } from "./rounds.ts";

type Grown = Awaited<ReturnType<typeof measureGrowth>>;

export interface Measured {
  readonly rounds: readonly Round[];
  /** One node admin's part in one environment, and in eight at once. */
  readonly growth: { readonly one: Grown; readonly eight: Grown };
  /** Milliseconds of the proof, by what is proven. */
  readonly proof: ReadonlyMap<string, number>;
}

interface Ratio {
  readonly name: string;
  readonly of: (round: Round) => number;
  /** Undefined: shown, and nothing depends on it. */
  readonly accepted: number | undefined;
}

const ratios: readonly Ratio[] = [
  {
    name: "fresh deployment ÷ critical path",
    of: ({ makespan, criticalPath }) => makespan / criticalPath,
    accepted: 1.1,
  },
  {
    name: "fresh deployment ÷ published order",
    of: ({ makespan, publishedOrder }) => makespan / publishedOrder,
    accepted: undefined,
  },
  {
    name: "driver ÷ the same Automation API calls without it",
    of: ({ driver, bare }) => driver / bare,
    accepted: 1.15,
  },
  {
    name: "second deployment without change ÷ first",
    of: ({ second, makespan }) => second / makespan,
    accepted: 0.3,
  },
];

/** A line for each ratio that is larger than what is accepted. */
export function unmet({ rounds }: Measured): readonly string[] {
  return ratios.flatMap(({ name, of, accepted }) => {
    const found = over(rounds, of);
    return accepted !== undefined && found > accepted
      ? [`not accepted: ${name} is ${found.toFixed(2)}, and at most ${accepted} is accepted`]
      : [];
  });
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return `${line(head)}${line(head.map(() => "---"))}${rows.map(line).join("")}`;
}

/** What was measured, as Markdown. */
export function measuredText(measured: Measured, tookSeconds: number): string {
  const { rounds, growth, proof } = measured;
  const processors = cpus();
  const last = rounds.at(-1);
  const spread = (of: Ratio["of"]) => {
    const found = rounds.map(of);
    return `${Math.min(...found).toFixed(2)} to ${Math.max(...found).toFixed(2)}`;
  };
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${processors.length} processors (${processors[0]?.model.trim()}), ${megabytes(totalmem())} of memory, Node ${process.versions.node}, engine ${engineVersion}, in ${Math.round(tookSeconds / 60)} minutes. Medians of ${rounds.length} rounds; ratios are taken within a round.\n`,
    table(
      ["Ratio", "Median", "Rounds", "Accepted"],
      ratios.map(({ name, of, accepted }) => [
        name,
        over(rounds, of).toFixed(2),
        spread(of),
        accepted === undefined ? "" : `≤ ${accepted.toFixed(2)}`,
      ]),
    ),
    table(
      ["What", "Median"],
      [
        ["fresh deployment, creation times replayed", seconds(over(rounds, (round) => round.makespan))],
        ["critical path", seconds(over(rounds, (round) => round.criticalPath))],
        ["published order, each step alone", seconds(over(rounds, (round) => round.publishedOrder))],
        ["second deployment", seconds(over(rounds, (round) => round.second))],
        ["nine stacks by the driver, nothing replayed", seconds(over(rounds, (round) => round.driver))],
        ["nine stacks by bare calls, nothing replayed", seconds(over(rounds, (round) => round.bare))],
        [
          "memory, peak: driver with the stand-in for AWS",
          megabytes(over(rounds, ({ memory }) => memory.driver)),
        ],
        ["memory, peak: largest engine", megabytes(over(rounds, ({ memory }) => memory.engine))],
        [
          "memory, peak: all engines and plugins together",
          megabytes(over(rounds, ({ memory }) => memory.children)),
        ],
        ["node admin's part, one environment", `${seconds(growth.one.duration)}, ${peak(growth.one)}`],
        [
          "node admin's part, eight environments at once",
          `${seconds(growth.eight.duration)}, ${peak(growth.eight)}`,
        ],
        ...[...proof].map(([name, milliseconds]) => [`proof: ${name}`, `${Math.round(milliseconds)} ms`]),
      ],
    ),
    `Critical path of the last round: ${last?.chain.map((id) => `\`${id}\` ${seconds(last.steps.get(id) ?? 0)}`).join(", ")}.\n`,
    table(
      ["Resource", `Replayed, 1:${timeScale}`, "Found in logs", "Behind the text"],
      creationTimes.map(({ type, seconds: replayed, found, text }) => [
        `\`${type.split(":").at(-1)}\``,
        `${replayed} s`,
        found.join(", "),
        `\`${text}\``,
      ]),
    ),
  ].join("\n");
}

function peak({ memory }: Grown): string {
  return `${megabytes(memory.driver + memory.children)} peak`;
}
