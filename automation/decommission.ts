import { accountIdOf, type Deployment } from "../spec/deployment.ts";
import { stackIds } from "../stacks/outputs.ts";
import { keyOfUrn, type ResourceState } from "./engine/stack.ts";
import type { Step, StepId } from "./steps/steps.ts";

/** One step of taking an installation out of service, for whoever performs it by hand. */
export interface DecommissionStep {
  readonly step: StepId;
  readonly role: string;
  readonly account: string | null;
  readonly does: string;
  /** What goes and what stays, `<type> <name>`; absent: the stack's state was not read or does not exist. */
  readonly removes?: readonly string[];
  readonly keeps?: readonly string[];
}

/** Something that a person has to vouch for before the first step. */
export interface Confirmation {
  readonly what: string;
  readonly by: readonly string[];
}

export interface DecommissionPlan {
  readonly steps: readonly DecommissionStep[];
  readonly confirmations: readonly Confirmation[];
}

/** What the steps that are no stacks come to when they are taken back; the others leave nothing behind. */
const takenBack: Partial<Record<StepId, string>> = {
  start: "set the wallet service's desired count to 0 and wait until no task runs",
  "dns-delegation": "have the delegation's NS records removed from the parent zone",
};

/**
 * How an installation would be taken out of service: its steps in reverse, what each stack would lose and what stays, and what has to be
 * confirmed by whom. Only a plan: nothing in this program carries it out.
 *
 * @param states what the engine knows of each stack; stacks that could not be looked at are missing
 */
export function decommissionPlan(
  deployment: Deployment,
  steps: readonly Step[],
  states: ReadonlyMap<StepId, readonly ResourceState[]>,
): DecommissionPlan {
  const planned = [...steps].reverse().flatMap((step): DecommissionStep[] => {
    const stack = stackIds.some((id) => id === step.id);
    const does = stack ? "remove what the stack has and does not keep" : takenBack[step.id];
    if (does === undefined) return [];
    const account = step.account === null ? null : accountIdOf(deployment, step.account);
    const resources = states.get(step.id)?.filter(({ custom, type }) => custom && type.startsWith("aws:"));
    const named = (kept: boolean) =>
      resources
        ?.filter(({ retainOnDelete }) => (retainOnDelete === true) === kept)
        .map(({ urn }) => keyOfUrn(urn).replace("::", " "));
    return [{ step: step.id, role: step.role, account, does, removes: named(false), keeps: named(true) }];
  });
  return { steps: planned, confirmations: confirmationsOf(deployment) };
}

function confirmationsOf({ admins, custodians }: Deployment): Confirmation[] {
  const infrastructure = [admins.infrastructure.name];
  const everyone = [
    ...new Set(
      [admins.infrastructure, admins.policyNode0, admins.policyNode1, admins.policyNode2].flatMap(
        (admin) => admin?.name ?? [],
      ),
    ),
  ];
  const keepers = custodians.map(({ name }) => name);
  return [
    { what: "all funds have been moved to accounts that do not depend on this wallet", by: everyone },
    {
      what: "the master key's backup and the emergency recovery key have been tried together and recover it",
      by: keepers,
    },
    { what: "the last backup of all databases is complete and can be read", by: infrastructure },
    { what: "how long trails, logs and evidence must be kept, and that they are", by: everyone },
    { what: "the vendor no longer expects calls from this installation", by: infrastructure },
    {
      what: "only after all of that, each for their own account: keys may be scheduled for deletion, with the longest waiting time (30 days)",
      by: everyone,
    },
  ];
}
