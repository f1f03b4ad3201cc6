import type { IndexedWorld } from "../evaluation/access.ts";
import { closureOf } from "./closure.ts";
import { type Ground, groundOf } from "./ground.ts";
import { type JudgedParty, partiesOf } from "./parties.ts";
import { reachOf } from "./reach.ts";
import type { Obligation, Witness } from "./result.ts";

/** P4 for every party, declared or implied: it reaches one shard at most. */
export function partyObligations(index: IndexedWorld, ground: Ground): Obligation[] {
  const grounds = new Map([["", ground]]);
  return partiesOf(index.world).map((party) => {
    const detached = party.detaches.join();
    const own = grounds.get(detached) ?? groundOf(index, party.detaches);
    grounds.set(detached, own);
    return partyObligation(own, party);
  });
}

function partyObligation(ground: Ground, party: JudgedParty): Obligation {
  const id = `P4:${party.id}`;
  const { shards } = ground.index.world;
  const members = closureOf(ground, party);
  const reached = shards.flatMap((shard) => {
    const finding = reachOf(ground, party, members, shard);
    return finding === undefined ? [] : [{ shard, ...finding }];
  });
  if (reached.length < 2) return { id, status: "holds" };
  const certain = reached.filter(({ status }) => status === "violated");
  const counted = certain.length > 1 ? certain : reached;
  const own = ({ shard }: { shard: { account: string } }) => party.accounts.includes(shard.account);
  // What surprises is the shard of an account that is not its own; what is uncertain is what has to be decided.
  const [shown] = counted.toSorted(
    (a, b) =>
      Number(own(a)) - Number(own(b)) || Number(a.status === "violated") - Number(b.status === "violated"),
  );
  if (shown === undefined) throw new Error("two reached shards leave none to show");
  const ways = counted.map(({ shard, witness }) => `shard ${shard.node} ${inWords(witness)}`);
  return {
    id,
    status: certain.length > 1 ? "violated" : "undecided",
    witness: { ...shown.witness, finding: `${party.id} reaches ${ways.join("; ")}` },
  };
}

function inWords({ finding, principal, action, resource }: Witness): string {
  return finding === undefined ? `as ${principal} by ${action} on ${resource}` : `because ${finding}`;
}
