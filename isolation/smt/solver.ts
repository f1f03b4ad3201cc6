import { init, Z3_error_code, Z3_lbool } from "z3-solver";

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

/**
 * Z3's own count of steps, so that the answer is the same on a busy machine as on an idle one. Refuting a planned world takes under a
 * thousand, and finding a counterexample in a random one some twenty thousand.
 */
const mostSteps = 5_000_000;

type Z3 = Awaited<ReturnType<typeof init>>;

/** Loading Z3 takes longer than most proofs; one instance serves the whole process. */
let loading: Promise<Z3> | undefined;

/** Z3 runs one check at a time. */
let turn: Promise<unknown> = Promise.resolve();

/** Begins to load the solver, beside whatever else has to be done before it is asked. */
export function loadSolver(): Promise<Z3> {
  if (loading === undefined) {
    loading = init();
    // Told to whoever asks; until then a failure is nobody's.
    loading.catch(() => undefined);
  }
  return loading;
}

/**
 * Asks Z3 about each text in turn; its threads keep no process alive.
 *
 * @param steps after how many of Z3's steps the answer is `unknown`
 */
export async function solve(texts: readonly SmtText[], steps = mostSteps): Promise<Answered[]> {
  if (texts.length === 0) return [];
  const z3 = await loadSolver();
  const answers: Answered[] = [];
  for (const { id, text } of texts) {
    const answer = turn.then(() => check(z3, text, steps));
    turn = answer.catch(() => undefined);
    answers.push({ id, ...(await answer) });
  }
  return answers;
}

/** A context for each text, deleted at once: Z3's memory is limited and freed in no other way. */
async function check({ Z3 }: Z3, text: string, steps: number): Promise<Omit<Answered, "id">> {
  const config = Z3.mk_config();
  Z3.set_param_value(config, "rlimit", String(steps));
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  try {
    const solver = Z3.mk_solver(context);
    Z3.solver_inc_ref(context, solver);
    Z3.solver_from_string(context, solver, text);
    const error = Z3.get_error_code(context);
    if (error !== Z3_error_code.Z3_OK) return { result: "unknown", detail: Z3.get_error_msg(context, error) };
    const satisfiable = await Z3.solver_check(context, solver);
    if (satisfiable === Z3_lbool.Z3_L_TRUE) return { result: "sat" };
    if (satisfiable === Z3_lbool.Z3_L_FALSE) return { result: "unsat" };
    return { result: "unknown", detail: Z3.solver_get_reason_unknown(context, solver) };
  } finally {
    Z3.del_context(context);
  }
}
