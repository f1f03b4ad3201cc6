import fc, { type Arbitrary } from "fast-check";

/** Values that are wrong almost anywhere. */
const odd: readonly unknown[] = [
  ...[
    null,
    "",
    " ",
    "x",
    0,
    -1,
    1.5,
    1e21,
    true,
    [],
    {},
    [null],
    [[]],
    "2026-11-22",
    "012345678901",
    12345678901,
  ],
  ...[
    "testnet",
    "policy-node0.db-info",
    "wallet.db-info #DB_HOST",
    "name: x",
    "../..",
    "$(HOME)",
    "*",
    "a".repeat(300),
  ],
  ...[
    "ünïcode",
    "🔑",
    "\u202e",
    "a\nb",
    "__proto__",
    "constructor",
    "arn:aws:iam::111111111111:root",
    "111111111111",
  ],
];

/** A change of one place in some data, which numbers choose: as many of them as the place is deep. */
export interface Mutation {
  readonly steps: readonly number[];
  readonly kind: "remove" | "rename" | "replace" | "repeat" | "move";
  readonly value: unknown;
}

export const mutations: Arbitrary<Mutation> = fc.record({
  steps: fc.array(fc.nat(1000), { minLength: 1, maxLength: 7 }),
  kind: fc.constantFrom("remove", "rename", "replace", "repeat", "move"),
  value: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...odd) }, fc.jsonValue({ maxDepth: 2 })),
});

/** The holder of a place, and the key under which it is held. */
function placeIn(
  data: object,
  [first = 0, ...rest]: readonly number[],
): readonly [object, string] | undefined {
  const keys = Object.keys(data);
  const key = keys[first % keys.length];
  if (key === undefined) return undefined;
  const inner: unknown = Reflect.get(data, key);
  const deeper =
    rest.length > 0 && typeof inner === "object" && inner !== null ? placeIn(inner, rest) : undefined;
  return deeper ?? [data, key];
}

/** Changes the data in place; nothing where there is no such place. */
export function mutate(data: object, { steps, kind, value }: Mutation): void {
  const found = placeIn(data, steps);
  if (found === undefined) return;
  const [holder, key] = found;
  const old: unknown = Reflect.get(holder, key);
  if (Array.isArray(holder)) {
    if (kind === "remove" || kind === "rename") holder.splice(Number(key), 1);
    else if (kind === "repeat") holder.push(old);
    else if (kind === "move") holder.reverse();
    else holder[Number(key)] = value;
    return;
  }
  if (kind === "remove" || kind === "rename" || kind === "move") Reflect.deleteProperty(holder, key);
  if (kind === "rename") Reflect.set(holder, `${key.slice(0, -1)}`, old);
  if (kind === "move") Reflect.set(data, key, old);
  if (kind === "repeat") Reflect.set(holder, `${key}2`, old);
  if (kind === "replace") Reflect.set(holder, key, value);
}
