import { deploymentName, specComponents } from "./components.ts";
import { nodeNumbers } from "./deployment.ts";
import { whereReadable } from "./readable.ts";

const database = ["DB_HOST", "DB_PASSWORD", "USERNAME"];
const broker = ["PASSWORD"];

/**
 * Secrets that the installation fills for these components and that bd-wallet.yaml may therefore refer to, by name without environment
 * and namespace. The value lists the keys of a JSON secret; empty: a single value.
 *
 * @param components - Deployment names of the components placed in the environment, policy nodes included.
 */
export function knownSecrets(components: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ["oidc", ["AUDIENCE", "ISSUER", "CLIENT_ID_SPA", "CLIENT_ID_NATIVE"]],
    ["ubiquity_org_username", []],
    ["ubiquity_auth_token", []],
    ["chainalysis", ["USER", "TOKEN"]],
    ["ers-public-key", []],
    ...components.flatMap((component): [string, readonly string[]][] => [
      [`${component}.db-info`, database],
      [`${component}.broker-info`, broker],
      ...(/^policy-node\d$/.test(component)
        ? ([
            [`${component}.node-private-key`, []],
            [`${component}.tls-private-key`, []],
            [`${component}.encryptor-master-password`, []],
          ] satisfies [string, readonly string[]][])
        : ([[`${component}.tls`, ["CERTIFICATE", "PRIVATE_KEY", "AUTHORITY"]]] satisfies [
            string,
            readonly string[],
          ][])),
    ]),
  ]);
}

/** Secrets of the vendor's samples whose way into Secrets Manager no document describes; keys as above. */
export const putThereByHand: ReadonlyMap<string, readonly string[]> = new Map([
  ["approval-service.apple-push-key", ["AUTHKEY"]],
  ["rateservice-accesskey", []],
  ["broker-private-key", []],
  ["broker-public-key", []],
  ...[...new Set(specComponents.map(deploymentName))].map((component): [string, string[]] => [
    `${component}.broker-password-hash`,
    [],
  ]),
  ...nodeNumbers.map((node): [string, string[]] => [`policy-node${node}.node-public-key`, []]),
]);

/** A reference to a secret, and where it stands. */
export interface PlacedReference {
  readonly path: readonly PropertyKey[];
  readonly name: string;
}

/** All readable references `{ name, type }` within a value, in the order of the file. */
export function referencesIn(value: unknown, path: readonly PropertyKey[] = []): PlacedReference[] {
  if (typeof value !== "object" || value === null) return [];
  if (
    "name" in value &&
    "type" in value &&
    typeof value.name === "string" &&
    (value.type === "awsSecret" || value.type === "enclaveSecret")
  ) {
    return [{ path, name: value.name }];
  }
  const keys: PropertyKey[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => whereReadable(() => referencesIn(Reflect.get(value, key), [...path, key])));
}
