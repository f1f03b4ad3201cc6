import type { World } from "../world.ts";

// Interface first; the body follows.
export type Verdict3 = "allowed" | "refused" | "undecided";
export interface Principal {
  readonly arn: string;
  readonly account: string;
  readonly kind: "role" | "user" | "root" | "service" | "federated" | "unlisted";
}
/** null: the key is absent from the request. */
export type ContextValue = string | readonly string[] | null;
export interface StatementReference {
  readonly on: string;
  readonly document: string;
  readonly index: number;
  readonly sid?: string;
}
export interface AccessQuestion {
  readonly principal: Principal;
  /** As AWS writes it, `kms:Decrypt`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** "everything" counts with Allow * on *, no identity Deny and no boundary. */
  readonly identity: "as listed" | "everything";
  /** Keys that the question fixes; every other key that the caller chooses is free. */
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** No other chosen key is in the request: one concrete request. */
  readonly closed?: boolean;
  /** A context in which every key of one entry holds one of its values does not count. */
  readonly except?: readonly Readonly<Record<string, readonly string[]>>[];
  /** true: all are ignored; or the ids of the organizations whose policies are. */
  readonly ignoreOrganizationPolicies?: boolean | readonly string[];
}
export interface Answer {
  readonly verdict: Verdict3;
  /** A context in which it is (perhaps) allowed. */
  readonly context: Readonly<Record<string, ContextValue>>;
  readonly statements: readonly StatementReference[];
  readonly unknowns: readonly string[];
}
export interface IndexedWorld {
  readonly world: World;
}
export function indexWorld(world: World): IndexedWorld {
  return { world };
}
export function mayAccess(_world: IndexedWorld, _question: AccessQuestion): Answer {
  throw new Error("written next");
}
