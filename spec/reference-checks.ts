import { deploymentName, type SpecComponent, specComponents } from "./components.ts";
import { nodeNumbers } from "./deployment.ts";
import { nearest } from "./nearest.ts";
import { eachReadable } from "./readable.ts";
import { knownSecrets, putThereByHand, referencesIn } from "./secret-references.ts";
import { placedComponents, type WalletSpec } from "./wallet-spec.ts";
import type { Finding } from "./yaml-file.ts";

interface Reference {
  readonly name: string;
  readonly type: "awsSecret" | "enclaveSecret";
}

const ofComponents: Readonly<Record<string, string>> = {
  "broker.broker_clients.password": "broker-info#PASSWORD",
  "broker.broker_clients.pub_pass_hash": "broker-password-hash",
  "database.creds.hostname": "db-info#DB_HOST",
  "database.creds.username": "db-info#USERNAME",
  "database.creds.password": "db-info#DB_PASSWORD",
  "database.creds.encryptor_master_password": "encryptor-master-password",
  "policy_nodes.nodes.private_key": "node-private-key",
  "policy_nodes.nodes.public_key": "node-public-key",
};

const ofAll: Readonly<Record<string, string>> = {
  "oidc_config.audience": "oidc#AUDIENCE",
  "oidc_config.issuer": "oidc#ISSUER",
  "oidc_config.client_id_spa": "oidc#CLIENT_ID_SPA",
  "oidc_config.client_id_native": "oidc#CLIENT_ID_NATIVE",
  "policy_nodes.ers_public_key": "ers-public-key",
  "approval_service.apple_push_key_string": "approval-service.apple-push-key#AUTHKEY",
  "broker.broker_private_key": "broker-private-key",
  "broker.broker_public_key": "broker-public-key",
};

/** The reference that a place of bd-wallet.yaml has to hold; undefined where several would do. */
export function expectedReference(path: readonly PropertyKey[]): Reference | undefined {
  const [root, ...keys] = path.map(String);
  if (root !== "mpa") return undefined;
  const whole = ofAll[keys.join(".")];
  if (whole !== undefined) return { name: whole, type: "awsSecret" };
  const component = componentOf(path);
  const [section, group, , field] = keys;
  const own = keys.length === 4 ? ofComponents[`${section}.${group}.${field}`] : undefined;
  if (component === undefined || own === undefined) return undefined;
  return {
    name: `${component}.${own}`,
    type: field === "encryptor_master_password" ? "enclaveSecret" : "awsSecret",
  };
}

/** The line to write at a place within a reference, or for a reference as a whole. */
export function correctedReference(path: readonly PropertyKey[]): string | undefined {
  const whole = expectedReference(path);
  if (whole !== undefined) return `${String(path.at(-1))}: { name: ${whole.name}, type: ${whole.type} }`;
  const expected = expectedReference(path.slice(0, -1));
  if (expected === undefined) return undefined;
  if (path.at(-1) === "name") return `name: ${expected.name}`;
  return path.at(-1) === "type" ? `type: ${expected.type}` : undefined;
}

/** Whether a text is a reference that some place of the file may hold, and so no secret itself. */
export function isKnownReference(reference: string): boolean {
  const [secret = "", key = ""] = reference.split("#");
  const known = knownSecrets([...new Set(specComponents.map(deploymentName))]);
  return (known.get(secret) ?? putThereByHand.get(secret))?.includes(key) ?? false;
}

/** Deployment name of the component whose entry a path lies in; undefined for what all of them share. */
function componentOf(path: readonly PropertyKey[]): string | undefined {
  if (path[1] === "approval_service") return deploymentName("approvalService");
  if (path[2] === "nodes") return nodeNumbers.map((node) => `policy-node${node}`)[Number(path[3])];
  const component = specComponents.find((one): one is SpecComponent => path.includes(one));
  return component && deploymentName(component);
}

/**
 * References have to name the secret that belongs there, with the key that belongs there. Whether the installation fills the secret is
 * not asked for components that are placed nowhere.
 */
export function referenceFindings(spec: WalletSpec, environment: string | undefined): Finding[] {
  const everything = specComponents.map(deploymentName);
  const placed = environment === undefined ? everything : placedComponents(spec, environment);
  const known = knownSecrets([...new Set(everything)]);
  const sections = Object.keys(spec.mpa) as (keyof WalletSpec["mpa"])[];
  return [
    ...eachReadable(sections, (section) =>
      referencesIn(spec.mpa[section], ["mpa", section]).flatMap(({ path, name }) =>
        findingsOf(path, name, known, placed.includes(componentOf(path) ?? "wallet")),
      ),
    ),
  ];
}

function findingsOf(
  path: readonly PropertyKey[],
  name: string,
  known: ReadonlyMap<string, readonly string[]>,
  isPlaced: boolean,
): Finding[] {
  const at = [...path, "name"];
  const expected = expectedReference(path)?.name;
  const finding = (message: string, hint?: string, severity?: Finding["severity"]): Finding[] => [
    { path: at, message, ...(hint !== undefined && { hint }), ...(severity !== undefined && { severity }) },
  ];
  const write = expected === undefined ? undefined : `write: name: ${expected}`;
  const [secret = "", key] = name.split("#");
  const keys = known.get(secret) ?? putThereByHand.get(secret);
  if (keys === undefined) {
    if (!isPlaced) return [];
    const meant = nearest(secret, [...known.keys()]);
    return finding(
      "names a secret that the installation does not fill",
      write ??
        `${meant === undefined ? "" : `did you mean ${meant}? `}accepted: ${[...known.keys()].join(", ")}`,
    );
  }
  if (keys.length === 0 && key !== undefined)
    return finding(
      `${secret} is a single value; accepted: its name without # and key`,
      `write: name: ${secret}`,
    );
  if (keys.length > 0 && (key === undefined || !keys.includes(key))) {
    const only = keys.length === 1 ? `write: name: ${secret}#${keys[0]}` : undefined;
    const trap =
      key === undefined ? "; no space before #: what follows a space and # is a comment in YAML" : "";
    return finding(
      `${secret} is a set of values; accepted: ${keys.map((one) => `${secret}#${one}`).join(", ")}`,
      `${write ?? only ?? "add # and the key"}${trap}`,
    );
  }
  if (expected !== undefined && name !== expected)
    return finding(`names another secret than the one that belongs here; accepted: ${expected}`, write);
  return putThereByHand.has(secret) && isPlaced
    ? finding(
        `${secret} is neither typed into customer-secrets.yml nor made by the installation`,
        "put it into Secrets Manager yourself and let the service's task role read it, before the step start",
        "warning",
      )
    : [];
}
