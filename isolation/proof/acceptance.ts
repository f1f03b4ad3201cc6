import type { World } from "../world.ts";
import { shardAdministrators } from "./parties.ts";
import type { Obligation } from "./result.ts";

/**
 * Turns what has been accepted knowingly into `accepted`: P3 and P4 of a sandbox, and P4 of a party whose risk every party that
 * administers a shard account has approved. The witness stays.
 */
export function accept(world: World, obligation: Obligation): Obligation {
  const [kind, ...subject] = obligation.id.split(":");
  const sandbox = world.profile === "sandbox" && (kind === "P3" || kind === "P4");
  const approved = kind === "P4" && approvedRisks(world).includes(subject.join(":"));
  return sandbox || approved ? { ...obligation, status: "accepted" } : obligation;
}

function approvedRisks(world: World): string[] {
  const administrators = shardAdministrators(world);
  if (administrators.length === 0) return [];
  return world.acceptedRisks
    .filter(({ approvedBy }) => administrators.every((party) => approvedBy.includes(party)))
    .map(({ party }) => party);
}
