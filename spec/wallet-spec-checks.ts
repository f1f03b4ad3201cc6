import { brokerUser, deploymentName, specComponents } from "./components.ts";
import { type Deployment, nodeNumbers } from "./deployment.ts";
import { knownSecrets, referencesIn } from "./secret-references.ts";
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
  const twice = spec.environments.findIndex(
    ({ name }, other) => other > index && name === deployment.environment,
  );
  return [
    ...facts
      .filter(({ found, accepted }) => found !== accepted)
      .map(({ path, accepted }) => ({
        path,
        message: `differs from deployment.yaml, which says ${accepted}`,
      })),
    ...(twice < 0
      ? []
      : [
          {
            path: ["environments", twice, "name"],
            message: `${deployment.environment} is described twice; accepted: one entry an environment`,
          },
        ]),
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

/** References have to name secrets that the installation fills; those of components that are placed nowhere are not looked at. */
export function referenceFindings(spec: WalletSpec, environment: string | undefined): Finding[] {
  const placed =
    environment === undefined ? specComponents.map(deploymentName) : placedComponents(spec, environment);
  const known = knownSecrets([...new Set([...placed, ...nodeNumbers.map((node) => `policy-node${node}`)])]);
  return referencesIn(spec.mpa, ["mpa"]).flatMap(({ path, name }) => {
    if (!placed.includes(ownerOf(path) ?? "wallet")) return [];
    const at = [...path, "name"];
    const [secret = "", key] = name.split("#");
    const keys = known.get(secret);
    if (keys === undefined) return [unfilled(at, secret, [...known.keys()])];
    if (keys.length === 0 && key !== undefined)
      return [{ path: at, message: `${secret} is a single value; accepted: its name without # and key` }];
    if (keys.length > 0 && (key === undefined || !keys.includes(key))) {
      return [
        {
          path: at,
          message: `${secret} is a set of values; accepted: ${keys.map((one) => `${secret}#${one}`).join(", ")}`,
          ...(key === undefined && {
            hint: "no space before #: what follows a space and # is a comment in YAML",
          }),
        },
      ];
    }
    return [];
  });
}

/** Secrets of the vendor's samples whose way into Secrets Manager no document describes. */
const putThereByHand = ["approval-service.apple-push-key", "rateservice-accesskey"];

function unfilled(path: readonly PropertyKey[], secret: string, known: readonly string[]): Finding {
  if (putThereByHand.includes(secret)) {
    return {
      path,
      message: `${secret} is neither typed into customer-secrets.yml nor made by the installation`,
      hint: "put it into Secrets Manager yourself and let the service's task role read it, before the step start",
      severity: "warning",
    };
  }
  return {
    path,
    message: "names a secret that the installation does not fill",
    hint: `accepted: ${known.join(", ")}`,
  };
}

/** Deployment name of the component whose entry a path lies in; undefined for what all of them share. */
function ownerOf(path: readonly PropertyKey[]): string | undefined {
  if (path[1] === "approval_service") return deploymentName("approvalService");
  const component = specComponents.find((one) => path.includes(one));
  return component && deploymentName(component);
}
