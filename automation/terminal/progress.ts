import { DefaultRenderer, Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput } from "listr2";
import type { RunEvent, StepReport } from "../steps/report.ts";
import type { Step, StepId } from "../steps/steps.ts";
import { coloured, type Output } from "./output.ts";
import { changed, timeTaken } from "./step-table.ts";

/** What a run's events are shown by; everything goes to standard error. */
export interface Progress {
  show(event: RunEvent): void;
  /** Ends the display; to be awaited before anything else is written. */
  end(): Promise<void>;
}

/** A live list of the steps on a terminal, plain lines everywhere else. */
export function showProgress(steps: readonly Step[], output: Output): Progress {
  const { isTTY, columns } = process.stderr;
  // Some build machines offer a terminal without any width. Events for programs and a list that redraws itself cannot share one.
  const live = isTTY && columns >= narrowest && !(output.format === "json-lines" && process.stdout.isTTY);
  return live ? liveList(steps) : plainLines(steps, output.say);
}

/** Columns below which a line of the live list would be broken up beyond reading. */
const narrowest = 40;

/** Seconds between two lines about one step where every line stays on the page. */
const plainInterval = 5;

/** One line for each start, end and note, and now and then one about what is going on. */
export function plainLines(steps: readonly Step[], say: (line: string) => void): Progress {
  const titles = new Map(steps.map(({ id, title, role }) => [id, `${title} (${role})`]));
  const lastSaid = new Map<StepId, number>();
  const write = (word: string, step: StepId | undefined, text: string) => {
    const [first, ...others] = `${step === undefined ? "" : `${step}: `}${text}`.split("\n");
    say(`${word.padEnd(8)} ${first}`);
    for (const line of others) say(`${" ".repeat(9)}${line}`);
  };
  return {
    show({ type, step, at, line, report }) {
      if (type === "note") write("note", step, line ?? "");
      if (step === undefined) return;
      if (type === "step-started") write("started", step, titles.get(step) ?? "");
      if (type === "step-ended" && report !== undefined) write(report.state, step, outcome(report));
      if (type !== "step-progress" || line === undefined) return;
      const now = Date.parse(at) / 1000;
      if (now - (lastSaid.get(step) ?? Number.NEGATIVE_INFINITY) < plainInterval) return;
      lastSaid.set(step, now);
      write("", step, line);
    },
    async end() {},
  };
}

/** Standard error is what has to be a terminal here, and standard output is free for the answer; listr2 looks at the latter. */
class StandardErrorRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

type Line = ListrTaskWrapper<unknown, typeof StandardErrorRenderer, typeof StandardErrorRenderer>;

/** One line of the live list: shown from the step's start, frozen at its end. */
interface LiveStep {
  readonly step: Step;
  readonly started: PromiseWithResolvers<boolean>;
  readonly ended: PromiseWithResolvers<StepReport | undefined>;
  /** Set once listr2 shows the line. */
  shown?: Line;
  doing?: { readonly line: string; readonly since: number };
}

function liveList(steps: readonly Step[]): Progress {
  const lines = new Map<StepId, LiveStep>(
    steps.map((step) => [
      step.id,
      { step, started: Promise.withResolvers(), ended: Promise.withResolvers() },
    ]),
  );
  const notes = Promise.withResolvers<void>();
  let notebook: Line | undefined;
  const list = new Listr<unknown, typeof StandardErrorRenderer, typeof StandardErrorRenderer>(
    [
      ...[...lines.values()].map(liveTask),
      {
        // A task without title is not shown itself; its output stays pinned below the list.
        task: async (_, task: Line) => {
          notebook = task;
          await notes.promise;
        },
        rendererOptions: { bottomBar: 5, persistentOutput: true },
      },
    ],
    listOptions(),
  );
  const running = list.run();
  const seconds = setInterval(() => {
    for (const line of lines.values()) draw(line);
  }, 1_000);
  return {
    show({ type, step, line, report }) {
      if (type === "note" && notebook !== undefined)
        notebook.output = `${step === undefined ? "" : `${step}: `}${line}`;
      const shown = step === undefined ? undefined : lines.get(step);
      if (shown === undefined) return;
      if (type === "step-started") shown.started.resolve(true);
      if (type === "step-progress" && line !== undefined && line !== shown.doing?.line) {
        shown.doing = { line, since: performance.now() };
        draw(shown);
      }
      if (type === "step-ended") {
        // A step that ends without having started was held up by another one; the closing table says by which.
        shown.started.resolve(false);
        shown.ended.resolve(report);
      }
    },
    async end() {
      clearInterval(seconds);
      for (const { started, ended } of lines.values()) {
        started.resolve(false);
        ended.resolve(undefined);
      }
      notes.resolve();
      await running;
    },
  };
}

function listOptions() {
  return {
    concurrent: true,
    exitOnError: false,
    // The command itself handles Ctrl-C: what is under way is finished first.
    registerSignalListeners: false,
    renderer: StandardErrorRenderer,
    rendererOptions: {
      collapseErrors: false,
      logger: new ListrLogger({
        useIcons: true,
        processOutput: new ProcessOutput(process.stderr, process.stderr),
      }),
    },
  };
}

function liveTask(line: LiveStep) {
  // listr2 asks once before it starts any task and again before it starts this one; the second answer may take its time.
  let asked = false;
  return {
    title: headline(line.step),
    enabled: async () => {
      if (asked) return await line.started.promise;
      asked = true;
      return false;
    },
    task: async (_: unknown, task: Line) => {
      line.shown = task;
      const report = await line.ended.promise;
      line.shown = undefined;
      if (report === undefined) return task.skip(`${headline(line.step)} · stopped`);
      if (report.state === "failed") throw new Error(report.error ?? "failed");
      if (report.state !== "done") return task.skip(`${headline(line.step)} · ${outcome(report)}`);
      task.title = `${headline(line.step)} · ${outcome(report)}`;
    },
  };
}

function draw({ step, shown, doing }: LiveStep): void {
  if (shown === undefined || doing === undefined) return;
  const seconds = Math.floor((performance.now() - doing.since) / 1000);
  shown.title = `${headline(step)} · ${doing.line}${seconds > 0 ? ` ${seconds} s` : ""}`;
}

function headline({ id, role }: Step): string {
  return `${id} ${coloured("dim", role)}`;
}

function outcome(report: StepReport): string {
  if (report.state === "failed") return report.error ?? "failed";
  if (report.state !== "done") return report.detail ?? report.state;
  return [changed(report), timeTaken(report), report.evidence === "real" ? "" : report.evidence]
    .filter((part) => part !== "")
    .join(" · ");
}
