import type { Caller } from "../request.ts";
import type { StoredPolicy } from "../stored-policy.ts";

/** Condition keys of one request, in lower case, with their values; a key that is not in it is absent from the request. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** One right that somebody asks for, with everything that a policy could ask about it. */
export interface Question {
  /** `null`: a request that nobody signed. */
  readonly caller: Caller | null;
  /** With prefix: `kms:Decrypt`. */
  readonly action: string;
  /** ARN, or `*` for actions that act on nothing in particular. */
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: Context;
}

export type PolicyKind = "identity" | "boundary" | "session" | "resource" | "scp" | "rcp" | "endpoint";

/** A policy that bears upon a request, with the name by which log and answer speak of it: `key policy arn:aws:kms:…`. */
export interface BearingPolicy {
  readonly kind: PolicyKind;
  readonly name: string;
  readonly document: StoredPolicy;
}

/** A grant on the key that is asked about. */
export interface Grant {
  readonly id: string;
  readonly granteePrincipal: string;
  readonly operations: readonly string[];
  readonly constraints?: {
    readonly encryptionContextEquals?: Readonly<Record<string, string>>;
    readonly encryptionContextSubset?: Readonly<Record<string, string>>;
  };
}

/** Everything stored that bears upon one question. */
export interface Bearing {
  readonly identity: readonly BearingPolicy[];
  readonly boundary?: BearingPolicy;
  readonly session?: BearingPolicy;
  readonly endpoint?: BearingPolicy;
  readonly resource?: BearingPolicy;
  readonly grants: readonly Grant[];
  /**
   * Of the caller's (service control) and the resource's organization and account (resource control). AWS attaches a policy that allows
   * everything to every level of an organization, so what lies here only denies.
   */
  readonly organization: readonly BearingPolicy[];
  /** Keys and roles: nothing opens them but their own policy, which may leave it to the identity policies of its account. */
  readonly ownPolicyDecides: boolean;
  /** In policies of keys, a statement without Resource means nothing; in those of roles, and repositories it has none. */
  readonly resourceElement: "required" | "optional";
}

/** Who decided and how. */
export interface Decided {
  readonly allowed: boolean;
  /** The statements that decided, for the log. */
  readonly by: string;
  /** The end of AWS's sentence for a refusal: `because …` or `with an explicit deny in …`; empty where allowed. */
  readonly reason: string;
}
