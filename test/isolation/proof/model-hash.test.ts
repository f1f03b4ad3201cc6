import fc from "fast-check";
import { expect, test } from "vitest";
import { modelHash } from "../../../isolation/proof/model-hash.ts";
import { provenWorld } from "./worlds.ts";

/** The same value with the members of every object and the elements of every set in another order. */
function shuffled(value: unknown, random: () => number, name = ""): unknown {
  const byChance = <T>(list: readonly T[]) =>
    list
      .map((one) => ({ one, at: random() }))
      .sort((x, y) => x.at - y.at)
      .map(({ one }) => one);
  if (Array.isArray(value)) {
    const elements = value.map((one) => shuffled(one, random, name));
    return name === "secretArns" ? elements : byChance(elements);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    byChance(Object.entries(value)).map(([key, one]) => [key, shuffled(one, random, key)]),
  );
}

test("is the same in whatever order members and sets are written", () => {
  const hash = modelHash(provenWorld());
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (numbers) => {
      const random = () => numbers.next().value as number;
      expect(modelHash(shuffled(provenWorld(), random) as ReturnType<typeof provenWorld>)).toBe(hash);
    }),
    { numRuns: 25 },
  );
});

test("differs as soon as anything is said otherwise", () => {
  const worlds = [provenWorld(), provenWorld(), provenWorld(), provenWorld()];
  const [, organization, risk, statement] = worlds;
  for (const account of organization?.accounts ?? [])
    account.organization = { id: "o-1", managementAccount: "1".repeat(12) };
  risk?.acceptedRisks.push({ party: "actor-a", reason: "none", approvedBy: [] });
  const policy = statement?.resources[0]?.policy as { Statement: { Effect: string }[] } | undefined;
  const [first] = policy?.Statement ?? [];
  if (first !== undefined) first.Effect = "Deny";
  expect(new Set(worlds.map(modelHash)).size).toBe(worlds.length);
});

/** Every text, number and truth value in it, each with a way to put another in its place. */
function* leavesOf(value: object, path: string): Generator<readonly [string, (other: string) => void]> {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "object" && inner !== null) yield* leavesOf(inner, `${path}.${key}`);
    else yield [`${path}.${key}`, (other) => Reflect.set(value, key, other)];
  }
}

test("differs for a change of any value, every policy statement's among them, and is another for each other one", () => {
  const places = [...leavesOf(provenWorld(), "world")].map(([path]) => path);
  const hashes = places.map((_, index) => {
    const world = structuredClone(provenWorld());
    const [, put] = [...leavesOf(world, "world")][index] ?? [];
    put?.(`other ${index}`);
    return modelHash(world);
  });
  expect(places).toContain("world.resources.0.policy.Statement.0.Condition.ArnEquals.aws:PrincipalArn");
  expect(new Set([modelHash(provenWorld()), ...hashes]).size).toBe(places.length + 1);
});

test("keeps which secret is the sealed password", () => {
  const [one, other] = [provenWorld(), provenWorld()];
  one.shards[0]?.secretArns.push("arn:aws:secretsmanager:eu-central-1:111111111111:secret:more");
  other.shards[0]?.secretArns.unshift("arn:aws:secretsmanager:eu-central-1:111111111111:secret:more");
  expect(modelHash(one)).not.toBe(modelHash(other));
});
