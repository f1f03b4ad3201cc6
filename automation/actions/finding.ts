import { UserError } from "../errors.ts";
import type { HandoffContent, HandoffId } from "../handoffs.ts";
import type { Action, ActionContext, Evidence, Finding } from "./action.ts";

/** Whether what this cloud answers is AWS's or a stand-in's. */
function evidenceOf(context: ActionContext): Evidence {
  return context.cloud.real ? "real" : "stand-in";
}

export function done(
  context: ActionContext,
  detail: string,
  changes?: Readonly<Record<string, number>>,
): Finding {
  return { state: "done", evidence: evidenceOf(context), detail, ...(changes && { changes }) };
}

export function ready(detail: string): Finding {
  return { state: "ready", evidence: "not established", detail };
}

export function waiting(detail: string, waitingFor: NonNullable<Finding["waitingFor"]>): Finding {
  return { state: "waiting", evidence: "not established", detail, waitingFor };
}

/** A step that only looks: finding out is all there is to do. */
export function check(look: (context: ActionContext) => Promise<Finding>): Action {
  return { inspect: look, perform: look };
}

/**
 * Public outputs of an earlier step.
 *
 * @throws UserError if they have not arrived on this machine
 */
export async function handoffOf<H extends HandoffId>(
  context: ActionContext,
  id: H,
): Promise<HandoffContent[H]> {
  const content = await context.handoffs.read(id);
  if (content !== undefined) return content;
  throw new UserError({
    code: "handoff-missing",
    message: `The hand-off of step ${id} is not on this machine.`,
    hint: `run step ${id}, or ask the admin who performs it for the file ${id}.json`,
  });
}

/** A value that has to be in one of our own tables; that it is not is a mistake of this program. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  const entry = table[name];
  if (entry === undefined) throw new Error(`No ${what} is called ${name}.`);
  return entry;
}
