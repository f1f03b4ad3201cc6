import { escalationAssumptions } from "../escalation-assumptions.ts";
import type { World } from "../world.ts";

/** What a deployment of profile sandbox is worth; every output says it. */
export const sandboxGrade = "sandbox grade: one administrator reaches all shards";

/** What the vendor's image does not check, the wallet account decides: said before all others. */
const { 12: configuredByWallet, ...others } = escalationAssumptions;

const general = [
  "AWS decides requests as its documentation says.",
  "Nitro Enclaves measure what they run and attest to it truthfully.",
  "The pinned enclave image does not hand the sealed password to the host that it runs on.",
  "The list of parties names everybody, with everything that they administer.",
  "People of different parties do not act together.",
  "The policies are those of every Region that holds a key, a secret or a function.",
];

/** What has to be true besides what is proven; what was accepted knowingly comes first. */
export function assumptionsOf(world: World): string[] {
  return [
    ...(world.profile === "sandbox" ? [sandboxGrade] : []),
    ...world.acceptedRisks.map(
      ({ party, reason, approvedBy }) =>
        `Accepted risk: ${party}: ${reason} (approved by ${approvedBy.join(", ") || "nobody"})`,
    ),
    configuredByWallet,
    ...general,
    ...Object.values(others),
  ];
}
