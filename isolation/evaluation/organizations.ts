import { boundByResourceControl } from "./catalogue.ts";
import type { Question } from "./conditions.ts";
import type { Formula } from "./formula.ts";
import { grantsOf } from "./statements.ts";

/**
 * What organizations deny. FullAWSAccess counts as attached wherever another policy is, so that only their Deny statements matter.
 * Service control policies bind the principals of an account, its root among them, but neither the management account nor
 * service-linked roles; resource control policies bind whoever calls upon an account's resources.
 */
export function organizationDenies(
  question: Question,
  ignored: boolean | readonly string[],
): readonly Formula[] {
  if (ignored === true) return [];
  const { world, caller, resourceAccount, action } = question.facts;
  const skipped = ignored === false ? [] : ignored;
  const [service = ""] = action.toLowerCase().split(":");
  const bindsCaller = targetsOf(question, caller.account, skipped);
  const bindsResource =
    resourceAccount !== undefined &&
    boundByResourceControl.has(service) &&
    action.toLowerCase() !== "kms:retiregrant"
      ? targetsOf(question, resourceAccount, skipped)
      : [];
  return world.world.organizationPolicies.flatMap(({ target, kind, document }) => {
    const binds = kind === "scp" ? bindsCaller : bindsResource;
    if (!binds.includes(target) || caller.serviceLinked) return [];
    return [grantsOf(world.read(document, kind), question, target, kind).denied];
  });
}

/** The targets whose policies reach an account; none for a management account. */
function targetsOf({ facts }: Question, account: string, skipped: readonly string[]): readonly string[] {
  const { accounts, world } = facts.world;
  const organization = accounts.get(account)?.organization ?? undefined;
  const manages = world.accounts.some((one) => one.organization?.managementAccount === account);
  if (manages || (organization !== undefined && skipped.includes(organization.id))) return [];
  return organization === undefined ? [account] : [account, organization.id];
}
