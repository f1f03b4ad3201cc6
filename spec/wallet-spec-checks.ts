import { brokerUser, deploymentName, specComponents } from "./components.ts";
import { type Deployment, nodeNumbers } from "./deployment.ts";
import { placedComponents, type WalletSpec } from "./wallet-spec.ts";
import type { Finding } from "./yaml-file.ts";

/** The specification describes the same place as deployment.yaml. Names and ids are no secrets and may be repeated. */
export function placeFindings(deployment: Deployment, spec: WalletSpec): Finding[] {
  const index = spec.environments.findIndex(({ name }) => name === deployment.environment);
  const entry = spec.environments[index];
  if (entry === undefined) return [];
  const facts = [
    { path: ["deployer", "namespace"], found: spec.deployer.namespace, accepted: deployment.namespace },
    {
      path: ["environments", index, "account_id"],
      found: entry.account_id,
      accepted: deployment.accounts.infrastructure.id,
    },
    { path: ["environments", index, "region"], found: entry.region, accepted: deployment.region },
    {
      path: ["environments", index, "hosted_zone"],
      found: entry.hosted_zone,
      accepted: deployment.dns.parentZone,
    },
  ];
  return [
    ...facts
      .filter(({ found, accepted }) => found !== accepted)
      .map(({ path, accepted }) => ({
        path,
        message: `differs from deployment.yaml, which says ${accepted}`,
      })),
  ];
}

/** Every component placed in the environment is a client of the broker under the user that the broker knows, and has a database. */
export function placementFindings({ environment }: Deployment, spec: WalletSpec): Finding[] {
  const index = spec.environments.findIndex(({ name }) => name === environment);
  if (index < 0) return [];
  const placed = placedComponents(spec, environment);
  const missingNodes = nodeNumbers.filter((node) => !placed.includes(`policy-node${node}`));
  const findings: Finding[] =
    placed.includes("wallet") && missingNodes.length === 0
      ? []
      : [
          {
            path: ["environments", index, "components"],
            message: "accepted: at least wallet, policyNode0, policyNode1 and policyNode2",
          },
        ];
  for (const name of placed) {
    const spellings = specComponents.filter((component) => deploymentName(component) === name);
    const client = spellings.find((component) => spec.mpa.broker.broker_clients[component] !== undefined);
    const [spelling = name] = spellings;
    if (client === undefined) {
      findings.push({
        path: ["mpa", "broker", "broker_clients", spelling],
        message: `${spelling} is missing; accepted: its client_id, username and password`,
      });
    } else if (spec.mpa.broker.broker_clients[client]?.username !== brokerUser(name)) {
      findings.push({
        path: ["mpa", "broker", "broker_clients", client, "username"],
        message: `accepted: ${brokerUser(name)}, the user that the broker knows ${client} by`,
      });
    }
    if (spellings.every((component) => spec.mpa.database.creds[component] === undefined)) {
      findings.push({
        path: ["mpa", "database", "creds", spelling],
        message: `${spelling} is missing; accepted: its hostname, username and password`,
      });
    }
  }
  return findings;
}
