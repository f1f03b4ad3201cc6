import { z } from "zod";
import type { Store } from "./store.ts";

/**
 * Whose an account of the stand-in is. `deployment`: one of the admins'; `vendor`: its registry and bucket are readable by the
 * deployment's accounts; `public`: its registry is readable by anybody.
 */
export type AccountKind = "deployment" | "vendor" | "public";

/** Owner of the stand-in's public registry, from which the broker's base image comes. */
export const publicRegistryAccount = "000000000000";

const type = "stand-in:account";
const properties = z.object({ kind: z.enum(["deployment", "vendor", "public"]) });

export function registerAccount(store: Store, account: string, kind: AccountKind): void {
  store.put({ account, type, id: account, arn: null, properties: { kind } });
}

/** Undefined for an account that the stand-in does not have. */
export function accountKind(store: Store, account: string): AccountKind | undefined {
  const stored = store.get(account, type, account);
  return stored === undefined ? undefined : properties.parse(stored.properties).kind;
}
