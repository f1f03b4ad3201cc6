import { init } from "z3-solver";

/** One statement to refute: `unsat` means that it holds. */
export interface SmtText {
  readonly id: string;
  readonly text: string;
}

export interface Answered {
  readonly id: string;
  readonly result: "sat" | "unsat" | "unknown";
  /** Why the solver gave up. */
  readonly detail?: string;
}

const milliseconds = 20_000;

type Z3 = Awaited<ReturnType<typeof init>>;

/** Loading Z3 takes longer than most proofs; one instance serves the whole process. */
let loading: Promise<Z3> | undefined;

/** Asks Z3 about each text in turn; its threads keep no process alive. */
export async function solve(texts: readonly SmtText[]): Promise<Answered[]> {
  if (texts.length === 0) return [];
  loading ??= init();
  const z3 = await loading;
  const answers: Answered[] = [];
  for (const { id, text } of texts) answers.push({ id, ...(await check(z3, text)) });
  return answers;
}

async function check({ Z3 }: Z3, text: string): Promise<Omit<Answered, "id">> {
  const config = Z3.mk_config();
  // A context of its own, deleted at once: Z3's memory is limited, and freed in no other way.
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  try {
    const told = await Z3.eval_smtlib2_string(context, `(set-option :timeout ${milliseconds})\n${text}`);
    const result = told.trim();
    return result === "sat" || result === "unsat" ? { result } : { result: "unknown", detail: result };
  } catch (error) {
    return { result: "unknown", detail: error instanceof Error ? error.message : String(error) };
  } finally {
    Z3.del_context(context);
  }
}
