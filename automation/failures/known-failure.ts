/** A failure that is known: how it is recognised, what it means, who does what about it. */
export interface KnownFailure {
  /** Stable, in kebab case. */
  readonly id: string;
  /** Codes as AWS's services, their SDKs, the engine's SDK and Node name them. */
  readonly codes?: readonly string[];
  /** Services, as AWS's SDKs name them, for a code that means something else elsewhere. */
  readonly services?: readonly string[];
  /** For what has no code, and besides a code that covers several causes: what the text has to say. */
  readonly says?: RegExp;
  readonly means: string;
  readonly help: string;
  readonly who: "whoever runs the command" | "the account's admin" | "the organization's administrator";
}

export const you = "whoever runs the command";
export const admin = "the account's admin";
