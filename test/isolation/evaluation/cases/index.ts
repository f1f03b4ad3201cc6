import type { Case } from "../small-world.ts";
import { context, operators, organizations } from "./conditions.ts";
import { keys } from "./keys.ts";
import { boundaries, notPrincipal, trust, vaults } from "./principals.ts";

/** The decision table, by theme. */
export const themes: Readonly<Record<string, readonly Case[]>> = {
  "keys, root and grants": keys,
  "secrets, buckets, repositories": vaults,
  "trust policies and sessions": trust,
  boundaries,
  "NotPrincipal and wildcards": notPrincipal,
  "operators and absent keys": operators,
  "context, facts and variables": context,
  "organization policies": organizations,
};
