import { indexWorld, type StatementReference } from "./evaluation/access.ts";
import { compile, plain } from "./evaluation/pattern.ts";
import { parseDocument } from "./evaluation/policy.ts";
import type { Member } from "./proof/actors.ts";
import { closureOf } from "./proof/closure.ts";
import { type Ground, groundOf } from "./proof/ground.ts";
import { type JudgedParty, partiesOf } from "./proof/parties.ts";
import { reachOf } from "./proof/reach.ts";
import type { Witness } from "./proof/result.ts";
import type { Shard, World } from "./world.ts";

/** Whether a party reaches a shard, and why or why not. */
export interface ReachCell {
  readonly party: string;
  /** Number of the shard's node. */
  readonly shard: number;
  /** `attested`: it runs the node's host, and so sees the node use its key, which is not reach. */
  readonly status: "reached" | "undecided" | "attested" | "refused";
  /** How it is reached, or may be. */
  readonly witness?: Witness;
  /** Statements that deny the sealing key to whoever presents no attestation; none: only that nothing allows it. */
  readonly refusedBy?: readonly StatementReference[];
}

/** Every party by every shard: what the proof counts, before any risk is accepted. */
export function reachTable(world: World): readonly ReachCell[] {
  const index = indexWorld(world);
  const grounds = new Map<string, Ground>();
  return partiesOf(world).flatMap((party) => {
    const detached = party.detaches.join();
    const ground = grounds.get(detached) ?? groundOf(index, party.detaches);
    grounds.set(detached, ground);
    const members = closureOf(ground, party);
    return world.shards.map((shard) => cellOf(ground, party, members, shard));
  });
}

function cellOf(ground: Ground, party: JudgedParty, members: readonly Member[], shard: Shard): ReachCell {
  const cell = { party: party.id, shard: shard.node };
  const finding = reachOf(ground, party, members, shard);
  if (finding !== undefined) {
    return {
      ...cell,
      status: finding.status === "violated" ? "reached" : "undecided",
      witness: finding.witness,
    };
  }
  const runsHost = members.some(({ principal }) => principal.arn === shard.nodeRoleArn);
  return {
    ...cell,
    status: runsHost ? "attested" : "refused",
    refusedBy: denials(ground.index.world, shard),
  };
}

/** Statements of the sealing key's policy that deny decryption. */
function denials({ resources }: World, { keyArn }: Shard): readonly StatementReference[] {
  const parsed = parseDocument(resources.find(({ arn }) => arn === keyArn)?.policy, "resource");
  if ("problem" in parsed) return [];
  return parsed.statements
    .filter(
      ({ effect, actions, notActions }) =>
        effect === "Deny" &&
        actions.some((action) => compile(plain(action), "text", true).matches("kms:Decrypt")) !== notActions,
    )
    .map(({ index, sid }) => ({
      on: keyArn,
      document: "policy",
      index,
      ...(sid === undefined ? {} : { sid }),
    }));
}
