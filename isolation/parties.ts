import type { AccountKey, Administrator, Deployment } from "../spec/deployment.ts";
import { accountIdOf, accountKeys } from "../spec/deployment.ts";
import { accountOfArn } from "./arns.ts";
import type { Model } from "./model.ts";
import type { Party, World } from "./world.ts";

interface Entry extends Party {
  /** The person or organization behind it: whoever appears in two places is one party. */
  readonly person: string;
}

/**
 * Everybody whom the deployment names, each person once: administrators with the accounts that they administer, auditors, the
 * custodians of the emergency recovery key, the owners of pipelines. The infrastructure administrator makes and keeps the backup of
 * the master key until another keeper is recorded.
 */
export function partiesOf(model: Model, deployment: Deployment): readonly Party[] {
  return merged(entriesOf(model, deployment)).map(({ id, principals, accounts, holds }) => ({
    id,
    principals,
    accounts,
    holds,
  }));
}

/** Accepted risks with the approvers' names as parties; a name that nobody has stays, and approves nothing. */
export function acceptedRisksOf(model: Model, deployment: Deployment): World["acceptedRisks"] {
  const parties = merged(entriesOf(model, deployment));
  return deployment.acceptedRisks.map(({ party, reason, approvedBy }) => ({
    party,
    reason,
    approvedBy: approvedBy.map((name) => parties.find(({ person }) => person === personOf(name))?.id ?? name),
  }));
}

function entriesOf(model: Model, deployment: Deployment): readonly Entry[] {
  const { admins, auditors, custodians } = deployment;
  const administrator = (id: string, person: Administrator, account: AccountKey): Entry => ({
    id,
    person: personOf(person.name),
    principals: person.principals,
    accounts: [accountIdOf(deployment, account)],
    holds: [],
  });
  return [
    { ...administrator("actor-a", admins.infrastructure, "infrastructure"), holds: ["backup"] },
    ...(admins.policyNode0 === undefined
      ? []
      : [administrator("actor-node0", admins.policyNode0, "infrastructure")]),
    administrator("actor-b", admins.policyNode1, "policyNode1"),
    administrator("actor-c", admins.policyNode2, "policyNode2"),
    ...auditors.map(
      ({ name, principals }): Entry => ({
        id: `auditor-${slug(name)}`,
        person: personOf(name),
        principals,
        accounts: [],
        holds: [],
      }),
    ),
    ...custodians.map(
      ({ name }): Entry => ({
        id: `custodian-${slug(name)}`,
        person: personOf(name),
        principals: [],
        accounts: [],
        holds: ["ers-key"],
      }),
    ),
    ...deployment.ci.map(
      ({ owner, account }): Entry => ({
        id: `pipelines-${slug(owner)}`,
        person: personOf(owner),
        principals: [model.names.deployRole(account).arn],
        accounts: [],
        holds: [],
      }),
    ),
  ];
}

function merged(entries: readonly Entry[]): readonly Entry[] {
  const byPerson = new Map<string, Entry>();
  for (const entry of entries) {
    const known = byPerson.get(entry.person);
    byPerson.set(
      entry.person,
      known === undefined
        ? entry
        : {
            ...known,
            principals: [...new Set([...known.principals, ...entry.principals])],
            accounts: [...new Set([...known.accounts, ...entry.accounts])],
            holds: [...new Set([...known.holds, ...entry.holds])],
          },
    );
  }
  return [...byPerson.values()];
}

const personOf = (name: string) => name.trim().toLowerCase();
const slug = (name: string) => personOf(name).replace(/[^a-z0-9]+/g, "-");

/** Principals of people within the accounts of the deployment, and what they do there. */
export function peopleWithin(
  deployment: Deployment,
): readonly { readonly arn: string; readonly administers: boolean }[] {
  const accounts = new Set(accountKeys.map((account) => accountIdOf(deployment, account)));
  const within = (people: readonly (Administrator | undefined)[]) =>
    people
      .flatMap((person) => person?.principals ?? [])
      .filter((arn) => accounts.has(accountOfArn(arn)) && /^arn:[^:]+:iam::\d+:(role|user)\//.test(arn));
  const administrators = new Set(within(Object.values(deployment.admins)));
  const auditors = new Set(within(deployment.auditors).filter((arn) => !administrators.has(arn)));
  return [
    ...[...administrators].map((arn) => ({ arn, administers: true })),
    ...[...auditors].map((arn) => ({ arn, administers: false })),
  ];
}
