import { isNotYetMadeKey } from "./arns.ts";
import type { Proof } from "./proof/prove.ts";
import { findingWitness } from "./proof/result.ts";
import type { Shard, World } from "./world.ts";

/**
 * Shards whose sealing key nobody has made: no hand-off, alias or tag of the account leads to it. A key that was made and is gone is
 * none of these.
 *
 * @param world as it was read back, with the identifiers that are known
 * @param read ids of the accounts that were read
 */
export function shardsNotYetMade({ shards }: World, read: ReadonlySet<string>): readonly Shard[] {
  return shards.filter(({ account, keyArn }) => read.has(account) && isNotYetMadeKey(keyArn));
}

/** The world in which these shards' keys and secrets are as they are planned: nobody reaches what is not there, and what will be is known. */
export function withPlanned(world: World, planned: World, shards: readonly Shard[]): World {
  const there = new Set(world.resources.map(({ arn }) => arn));
  const wanted = new Set(
    shards.flatMap(({ keyArn, vaultKeyArn, secretArns }) => [keyArn, vaultKeyArn, ...secretArns]),
  );
  const coming = planned.resources.filter(({ arn }) => wanted.has(arn) && !there.has(arn));
  return { ...world, resources: [...world.resources, ...coming] };
}

/** The proof without what it says of keys that are only planned: that is not proven of anything deployed. */
export function withheld<P extends Pick<Proof, "verdict" | "obligations">>(
  proof: P,
  shards: readonly Shard[],
): P {
  if (shards.length === 0) return proof;
  const obligations = proof.obligations.map((obligation) => {
    const shard = shards.find(({ node }) =>
      [`P1:${node}`, `P2:${node}`, `P5:${node}`].includes(obligation.id),
    );
    if (shard === undefined || obligation.status === "violated") return obligation;
    const finding = `the sealing key of node ${shard.node} is not made yet, or no hand-off, alias or tag leads to it: nothing is proven of it`;
    return {
      id: obligation.id,
      status: "undecided" as const,
      witness: findingWitness("*", shard.keyArn, finding),
    };
  });
  return { ...proof, obligations, verdict: proof.verdict === "violated" ? "violated" : "undecided" };
}
