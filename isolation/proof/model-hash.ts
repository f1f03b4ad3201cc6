import { createHash } from "node:crypto";
import type { World } from "../world.ts";

/** Lists whose order says something: the first secret is the sealed password. */
const ordered = new Set(["secretArns"]);

/**
 * SHA-256, as lower-case hex, of the world as RFC 8785 JSON (names sorted by UTF-16 code units, no white space). Every list but
 * `secretArns` is a set, policy statements and the values inside them among them, and is sorted by the text of its elements: two
 * worlds that say the same in another order have one hash.
 */
export function modelHash(world: World): string {
  return createHash("sha256").update(canonical(world, "")).digest("hex");
}

function canonical(value: unknown, name: string): string {
  if (Array.isArray(value)) {
    const elements = value.map((element) => canonical(element, name));
    return `[${(ordered.has(name) ? elements : elements.sort()).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member, key)}`);
  return `{${members.join(",")}}`;
}
