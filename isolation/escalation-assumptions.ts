/**
 * Escalations that no policy shows, by their row in the escalation table: what has to be true besides everything that is proven. The
 * sentences are printed with every verdict.
 */
export const escalationAssumptions = {
  12: "account A configures all three enclaves, unless the vendor's image checks the signature of its configuration",
  27: "The root users of the accounts, their mailboxes and the contacts by which a password is reset belong to different people.",
  34: "Everything that an administrator runs to deploy (this program, its packages, the engine's plugins) is what its authors released.",
  37: "AWS Support gives control of an account or a key back to nobody but that account's owner.",
  39: "No other attested platform of AWS can present the measurements of a Nitro enclave with values of its own choice.",
} as const satisfies Readonly<Record<number, string>>;
