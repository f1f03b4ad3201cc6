import type { World } from "../../../isolation/world.ts";
import { document, type Json, key, secret } from "./contract-world.ts";

function found<T extends { readonly arn: string }>(list: readonly T[], arn: string): T {
  const one = list.find((each) => each.arn === arn);
  if (one === undefined) throw new Error(`the world lists no ${arn}`);
  return one;
}

export const principal = (world: World, arn: string) => found(world.principals, arn);
export const resource = (world: World, arn: string) => found(world.resources, arn);

export function shard(world: World, account: string): World["shards"][number] {
  const one = world.shards.find((each) => each.account === account);
  if (one === undefined) throw new Error(`account ${account} holds no shard`);
  return one;
}

/** Adds statements to the policy of a resource. */
export function also(world: World, arn: string, ...statements: readonly Json[]): void {
  const one = resource(world, arn);
  const before = one.policy?.Statement;
  one.policy = document(...(Array.isArray(before) ? before : []), ...statements);
}

export const onKey = (world: World, account: string, ...statements: readonly Json[]) =>
  also(world, key(account), ...statements);
export const onSecret = (world: World, account: string, ...statements: readonly Json[]) =>
  also(world, secret(account), ...statements);

export function list(
  world: World,
  arn: string,
  identity: readonly { name: string; document: Json }[],
  trust?: Json,
  more: Partial<World["principals"][number]> = {},
): void {
  world.principals.push({
    arn,
    kind: arn.includes(":user/") ? "user" : "role",
    ...(trust === undefined ? {} : { trust }),
    identity: [...identity],
    tags: {},
    ...more,
  });
}

export function party(world: World, id: string, more: Partial<World["parties"][number]>): void {
  world.parties.push({ id, principals: [], accounts: [], holds: [], ...more });
}

export function organize(
  world: World,
  accounts: readonly string[],
  managementAccount: string,
  id = "o-one",
): void {
  for (const one of world.accounts) {
    if (accounts.includes(one.id)) one.organization = { id, managementAccount };
  }
}
