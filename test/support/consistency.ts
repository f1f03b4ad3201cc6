import { join } from "node:path";
import { openStore } from "../../rehearsal/store-sqlite.ts";
import { stacksInState, taggedObjects } from "./engine-state.ts";

/** Made by a service out of what the engine made: the Auto Scaling group's instances. */
const madeByServices = ["aws:ec2/instance:Instance"];

/** What is wrong between the engine's states and the stand-in cloud: nothing, once everything has converged. */
export function inconsistencies(folder: string): readonly string[] {
  const stacks = stacksInState(folder);
  const known = new Set(stacks.flatMap(({ resources }) => resources.map(({ type, id }) => `${type} ${id}`)));
  const objects = taggedObjects(folder);
  const counted = new Map<string, number>();
  for (const { account, type, tag } of objects) {
    const key = `${account} ${type} ${tag}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  return [
    ...stacks.filter(({ pending }) => pending > 0).map(({ stack }) => `${stack} has operations pending`),
    ...[...counted].filter(([, count]) => count > 1).map(([key]) => `${key} is there more than once`),
    ...objects
      .filter(({ type, id }) => !known.has(`${type} ${id}`) && !madeByServices.includes(type))
      .map(({ type, id }) => `${type} ${id} is in no state`),
    ...missing(folder),
  ];
}

/** Resources of the states that the cloud does not have. */
function missing(folder: string): readonly string[] {
  const store = openStore(join(folder, "store"));
  try {
    return stacksInState(folder).flatMap(({ account, stack, resources }) =>
      resources
        .filter(({ type, custom, id }) => custom && id !== undefined && type.startsWith("aws:"))
        .filter(({ type, id }) => id !== undefined && store.get(account, type, id) === undefined)
        .map(({ type, id }) => `${stack}: ${type} ${id} is not in the cloud`),
    );
  } finally {
    store.close();
  }
}
