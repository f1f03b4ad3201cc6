import type { World } from "../../../isolation/world.ts";
import { grantTo, provenWorld, role, trust } from "./worlds.ts";

/** The proven world as often as wanted, each in accounts of its own, and further roles that have nothing to do with the shards. */
export function environments(count: number, furtherRoles: number): World {
  const worlds = Array.from({ length: count }, (_, index) => environment(index));
  const accounts = worlds.flatMap((world) => world.accounts);
  const further = Array.from({ length: furtherRoles }, (_, index) => {
    const account = accounts[index % accounts.length]?.id ?? "";
    return role(
      `arn:aws:iam::${account}:role/app-${index}`,
      trust({ Service: "ecs-tasks.amazonaws.com" }),
      grantTo("logs", ["s3:GetObject", "logs:*"], "*"),
      grantTo(
        "secrets",
        "secretsmanager:GetSecretValue",
        `arn:aws:secretsmanager:*:${account}:secret:app-${index}-*`,
      ),
    );
  });
  return {
    ...provenWorld(),
    accounts,
    shards: worlds.flatMap(({ shards }) => shards),
    parties: worlds.flatMap(({ parties }) => parties),
    principals: [...worlds.flatMap(({ principals }) => principals), ...further],
    resources: worlds.flatMap(({ resources }) => resources),
  };
}

function environment(index: number): World {
  const shifted = (account: string) => String(Number(account) + index);
  const text = JSON.stringify(provenWorld()).replace(/\b(1{12}|2{12}|3{12})\b/g, shifted);
  const world: World = JSON.parse(text);
  return {
    ...world,
    shards: world.shards.map((shard) => ({ ...shard, node: shard.node + 3 * index })),
    parties: world.parties.map((party) => ({ ...party, id: `${party.id}-${index}` })),
  };
}
