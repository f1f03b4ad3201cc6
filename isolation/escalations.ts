import { escalationAssumptions } from "./escalation-assumptions.ts";
import { worldSeeds } from "./escalation-seeds.ts";
import { type Rule, rules } from "./rules.ts";
import type { Seed } from "./seeding.ts";

interface Row {
  readonly row: number;
  readonly title: string;
  /** What closes it. */
  readonly control: string;
  /** Why no account shows it, where none does: it is judged before a deployment, and said by every verification. */
  readonly unseen?: string;
}

/**
 * A way from one shard to more than one. *World*: shows in the policies, so that the proof, the drill and the verification catch it.
 * *Rule*: a property of resources, caught in a preview and by the verification. *Assumption*: shows nowhere; said with every verdict.
 */
export type Escalation = Row &
  (
    | { readonly class: "world"; readonly seeds: readonly Seed[] }
    | { readonly class: "rule"; readonly rules: readonly Rule[] }
    | { readonly class: "assumption"; readonly assumption: string }
  );

/** Numbered as in the table of escalations that the promise was analysed with. */
const titles: Readonly<Record<number, readonly [title: string, control: string]>> = {
  1: [
    "Rewriting a sealing key's policy",
    "one key-admin role of the key's own account; the account itself may only read",
  ],
  2: [
    "A grant on a sealing key, which carries no attestation",
    "denied to everybody; other keys for the services that need grants",
  ],
  3: ["Re-encryption under a key of one's own", "denied to everybody"],
  4: [
    "A replica of the key in another Region, with a policy of its own",
    "single-Region keys; replication denied",
  ],
  5: ["Key material that somebody brought along or hosts", "origin AWS_KMS; importing denied"],
  6: [
    "Deleting or disabling a key, so that a shard is lost",
    "30 days of waiting, one break-glass role, protected in the engine",
  ],
  7: ["An alias that is moved to another key", "keys are named by ARN; no role moves an alias"],
  8: [
    "Planting a password that one knows",
    "sealed without anybody seeing it; only the sealing role writes the secret",
  ],
  9: ["Decryption by the host, outside of its enclave", "every plaintext call is denied without attestation"],
  10: [
    "A condition that holds without attestation: zero measurements, IfExists, wildcards",
    "a narrow grammar for our documents",
  ],
  11: ["The same image on another node", "the role of the host is measured too, and named"],
  12: ["A configuration that the image's measurement does not cover", "signed by the node's own account"],
  13: ["Passing the node's role to a host of one's own", "only the deploy role passes it, to EC2 alone"],
  14: [
    "Editing trust, rights or boundary of a role that matters",
    "no role of ours edits another account's; the node roles have one host administrator",
  ],
  15: [
    "A chain of roles from another account",
    "no trust policy names a principal outside its account but read-only auditors",
  ],
  16: ["Another instance profile on a running host", "only the host administrator"],
  17: ["Code on a host by its user data, templates, volumes or console", "only the host administrator"],
  18: ["Code on a host by Systems Manager", "no agent and no rights on the hosts"],
  19: [
    "A shell in a task, or a task with another's role",
    "command execution off; tasks' roles hold nothing of a shard",
  ],
  20: ["Another image behind a tag", "immutable tags, images by digest"],
  21: ["Another enclave image or configuration in the bucket", "versions, object lock, one writer"],
  22: [
    "Writing, rotating or opening a vault's secret",
    "a Deny for everybody but sealing and key-admin role",
  ],
  23: ["A copy of a database", "a database and a key for each node, private and protected"],
  24: ["A copy of a host's disk", "encrypted volumes, nothing secret on them"],
  25: ["A way out of the network, or to a false service", "endpoint policies for our accounts alone"],
  26: [
    "A service that acts with a role of its own",
    "no such role, and no resource that is not in the model",
  ],
  27: ["Root users, their mailboxes and contacts", "different owners"],
  28: [
    "The management account of an organization",
    "accounts that share none, or a risk that everybody has accepted",
  ],
  29: ["One identity provider or pipeline for several accounts", "pipelines of one owner are one party"],
  30: [
    "The engine's state of another account",
    "a bucket and a key in each account, and no secret in the state",
  ],
  31: ["Another secrets provider behind the engine's back", "the engine is not started with its override"],
  32: ["Secrets in plans, logs and the state", "no secret is ever an input of a resource"],
  33: [
    "One machine or person with credentials of two accounts",
    "one run an account; a party that spans two is found",
  ],
  34: ["The supply chain of the deployer", "pinned versions and checksums"],
  35: ["The signer of enclave images", "the image's own measurement is pinned, not its signer"],
  36: ["The registry of images", "images by digest"],
  37: ["AWS Support", "different owners of the accounts"],
  38: ["Who keeps backup and recovery key", "no party holds both"],
  39: ["A new attested platform", "image and role are measured together"],
  40: ["Destroying what carries a policy", "policies inline, resources protected, deletions refused"],
};

/** Rows of which a deployed account shows nothing. */
const unseen: Readonly<Record<number, string>> = {
  31: "the variable is one of the machine that deploys; this machine's was looked at",
  32: "the engine's state is an object that the read-only role may not open",
  38: "who keeps the backup and the recovery key, outside of every account, is taken from deployment.yaml",
};

/** All rows of the table, each with its class. */
export const escalations: readonly Escalation[] = Object.entries(titles).map(([number, [title, control]]) => {
  const row = Number(number);
  const base = { row, title, control, ...(unseen[row] === undefined ? {} : { unseen: unseen[row] }) };
  const seeds = worldSeeds[row];
  if (seeds !== undefined) return { ...base, class: "world", seeds };
  const assumption = (escalationAssumptions as Readonly<Record<number, string>>)[row];
  if (assumption !== undefined) return { ...base, class: "assumption", assumption };
  return { ...base, class: "rule", rules: rules.filter((rule) => rule.row === row) };
});
