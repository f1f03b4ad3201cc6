import type { StackDefinition } from "../../stacks/definition.ts";
import { Refusal } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { findAdoptable, idFromInputs, meansAlreadyExists } from "./adoption.ts";
import type { EngineProgress, PlannedResource } from "./events.ts";
import { keyOfUrn } from "./stack.ts";

/** What is known of an operation that was cut off, and what becomes of it. */
export function explainPending(operation: string, urn: string): string {
  const [type, name] = keyOfUrn(urn).split("::");
  const next =
    operation === "creating" || operation === "importing"
      ? "what it made is looked for by tag and name, and taken over"
      : "it is done again where the preview shows that it did not happen";
  return `${operation} ${type} ${name} was cut off in an earlier run: ${next}`;
}

/**
 * What the cloud has already of a stack and the state does not know.
 *
 * @throws Refusal naming both, where two claim to be the same
 */
export async function foundInCloud(
  installation: Installation,
  definition: StackDefinition,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const { prefix } = installation.names;
  const aws = installation.aws(definition.account);
  const { adopt, ambiguous } = await findAdoptable(aws, prefix, definition.id, wanted);
  if (ambiguous.length > 0) {
    throw new Refusal({
      code: "ambiguous-resource",
      message: `Stack ${definition.id}: ${ambiguous.map((pair) => pair.join(" and ")).join("; ")} claim to be the same resource.`,
      hint: "find out which one is in use, remove the tag ivault:resource from the other, and run again; a key is never deleted for this",
    });
  }
  return adopt;
}

/**
 * Adds what failed because it exists already and whose id follows from its arguments.
 *
 * @returns keys of what it added
 */
export function takeOver(
  progress: EngineProgress,
  attempted: readonly PlannedResource[],
  adopt: Map<string, string>,
): readonly string[] {
  const found: string[] = [];
  for (const { urn, message } of progress.failed) {
    const resource = attempted.find((one) => one.urn === urn);
    if (resource === undefined || !meansAlreadyExists(message)) continue;
    const key = keyOfUrn(urn);
    const id = idFromInputs(resource.type, resource.inputs);
    if (id === undefined || adopt.has(key)) continue;
    adopt.set(key, id);
    found.push(key);
  }
  return found;
}

/** How many names one line takes. */
const namedAtOnce = 5;

/** What is taken over, for the record. */
export function explainTakeover(keys: readonly string[]): string {
  const named = keys.slice(0, namedAtOnce).map((key) => key.replace("::", " "));
  const others = keys.length > namedAtOnce ? ` and ${keys.length - namedAtOnce} more` : "";
  const verbs = keys.length === 1 ? "exists already and is" : "exist already and are";
  return `${named.join(", ")}${others} ${verbs} taken over`;
}
