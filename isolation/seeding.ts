import type { Statement } from "./policy.ts";
import type { ListedPrincipal, Party, Shard, World, WorldResource } from "./world.ts";

/** A change that breaks the promise for one shard, as a mistake or an attacker would make it. */
export type Seed = (world: World, shard: Shard) => World;

export function withResource(
  world: World,
  arn: string,
  change: (resource: WorldResource) => WorldResource,
): World {
  return { ...world, resources: world.resources.map((one) => (one.arn === arn ? change(one) : one)) };
}

export function withPrincipal(
  world: World,
  arn: string,
  change: (principal: ListedPrincipal) => ListedPrincipal,
): World {
  return { ...world, principals: world.principals.map((one) => (one.arn === arn ? change(one) : one)) };
}

export function withParty(world: World, id: string, change: (party: Party) => Party): World {
  return { ...world, parties: world.parties.map((one) => (one.id === id ? change(one) : one)) };
}

/** A document with its statements changed; a resource without a policy gets one. */
export function withStatements(
  document: Record<string, unknown> | null | undefined,
  change: (statements: readonly Statement[]) => readonly Statement[],
): Record<string, unknown> {
  const { Statement: statements = [], ...rest } = document ?? { Version: "2012-10-17" };
  return { ...rest, Statement: change([statements].flat() as Statement[]) };
}

export function withPolicy(
  world: World,
  arn: string,
  change: (statements: readonly Statement[]) => readonly Statement[],
): World {
  return withResource(world, arn, (one) => ({ ...one, policy: withStatements(one.policy, change) }));
}

/** A principal with one more statement in an inline policy of its own. */
export function withRight(world: World, arn: string, actions: readonly string[], resource = "*"): World {
  const document = withStatements(undefined, () => [
    { Sid: "Seeded", Effect: "Allow", Action: actions, Resource: resource },
  ]);
  return withPrincipal(world, arn, (one) => ({
    ...one,
    identity: [...one.identity, { name: `seeded-${one.identity.length}`, document }],
  }));
}

export function without(sids: RegExp): (statements: readonly Statement[]) => readonly Statement[] {
  return (statements) => statements.filter(({ Sid: sid = "" }) => !sids.test(sid));
}

/** Another shard than this: whoever reaches both breaks the promise. */
export function otherShard(world: World, shard: Shard): Shard {
  return world.shards.find(({ account }) => account !== shard.account) ?? shard;
}

export function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

/** A listed role of the hosts' account that has nothing to do with the node: the one with the least rights. */
export function bystander(world: World, shard: Shard): string {
  const account = shard.nodeRoleArn.split(":")[4];
  const named = new Set(
    world.shards.flatMap(({ nodeRoleArn, hostAdminArns, keyAdminArns, sealerArns }) => [
      nodeRoleArn,
      ...hostAdminArns,
      ...keyAdminArns,
      ...sealerArns,
    ]),
  );
  const people = new Set(world.parties.flatMap(({ principals }) => principals));
  const candidates = world.principals.filter(
    ({ arn, kind }) =>
      kind === "role" && arn.split(":")[4] === account && !named.has(arn) && !people.has(arn),
  );
  const [least] = [...candidates].sort((a, b) => a.identity.length - b.identity.length);
  return least?.arn ?? shard.nodeRoleArn;
}
