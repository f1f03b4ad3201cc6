import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProblemDetails } from "../../automation/errors.ts";
import type { Role, StepId } from "../../automation/steps/steps.ts";

/** A command for a session: on this rehearsal, for this role. */
export interface Request {
  readonly command: "rehearse" | "status" | "verify";
  readonly folder: string;
  readonly role: Role;
  readonly to?: StepId;
  /** A seed, or the file of a plan. */
  readonly faults?: string;
}

export interface Answer {
  readonly exitCode: number | null;
  readonly document: Readonly<Record<string, unknown>> & { readonly error?: ProblemDetails };
  /** What people are told. */
  readonly said: string;
}

/** A process that performs commands one after another, in a process group of its own. */
export interface Session {
  readonly child: ChildProcess;
  perform(request: Request): Promise<Answer>;
  close(): Promise<void>;
}

export async function openSession(): Promise<Session> {
  const child = fork(join(import.meta.dirname, "session-main.ts"), {
    detached: true,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(([exitCode]): Answer => ({ exitCode, document: {}, said: "" }));
  await once(child, "message");
  return {
    child,
    perform(request) {
      const answered = once(child, "message").then(([answer]) => answer as Answer);
      child.send(request);
      return Promise.race([answered, ended]);
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Runs `work` with a session of its own. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
