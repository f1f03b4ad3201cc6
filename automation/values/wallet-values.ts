import type { Names } from "../../isolation/names.ts";
import { brokerUsersFile } from "../../release/broker-image.ts";
import { brokerUser } from "../../spec/components.ts";
import { type CustomerSecrets, issuerUrl } from "../../spec/customer-secrets.ts";
import { type NodeNumber, nodeNumbers } from "../../spec/deployment.ts";
import { Refusal } from "../errors.ts";
import type { ActionHandoffs } from "../handoffs.ts";
import {
  type CertificateUse,
  type Credential,
  certifies,
  newAuthority,
  newKeyPair,
  publicKeyOf,
  readCertificateRequest,
  signCertificate,
  stillFresh,
} from "./certificates.ts";
import type { Peers } from "./peer-bundle.ts";
import {
  authorityValue,
  type BrokerValue,
  brokerValue,
  databaseValue,
  newBrokerValue,
  newDatabaseValue,
  parseValue,
  tlsValue,
} from "./vault-values.ts";

type NodeHandoff = ActionHandoffs["secrets-policy-node0"];

/** What the vaults of wallet and broker are filled from. */
export interface WalletSources {
  readonly names: Names;
  /** The wallet and the optional services. */
  readonly services: readonly string[];
  readonly databaseHost: string;
  readonly nodes: Readonly<Record<NodeNumber, NodeHandoff>>;
  /** Absent once the file was wiped; then the values that the vault holds stay. */
  readonly customerSecrets: CustomerSecrets | undefined;
}

export interface WalletValues {
  /** By the secret's name without environment and namespace. */
  readonly values: Readonly<Record<string, string>>;
  readonly authority: string;
  readonly peers: Peers;
}

/** Values by name; undefined for secrets without one. */
export type HeldValues = Readonly<Record<string, string | undefined>>;

/**
 * What the vaults of wallet and broker shall hold, given what they hold now: machine-made values are kept, certificates too while they
 * still fit and have time to run, and what a person typed in follows the file.
 *
 * @throws Refusal for a node's request that is not exactly what that node should ask for
 */
export async function walletValues(
  held: HeldValues,
  sources: WalletSources,
  now: Date,
): Promise<WalletValues> {
  const authority = await authorityOf(held["broker.authority"], sources, now);
  const values: Record<string, string> = { ...typedIn(sources.customerSecrets) };
  const hashes: Record<string, string> = {};
  for (const service of sources.services) {
    const broker = await brokerAccess(`${service}.broker-info`, held);
    values[`${service}.db-info`] = databaseAccess(service, sources.databaseHost, held);
    values[`${service}.broker-info`] = JSON.stringify(broker);
    values[`${service}.tls`] = await credential(
      `${service}.tls`,
      `${service}.${sources.names.privateZone}`,
      ["server", "client"],
      authority,
      held,
      now,
    );
    hashes[userOf(service)] = broker.PASSWORD_HASH;
  }
  for (const node of nodeNumbers)
    hashes[userOf(`policy-node${node}`)] = sources.nodes[node].brokerPasswordHash;
  values["broker.tls"] = await credential(
    "broker.tls",
    sources.names.brokerHost,
    ["server"],
    authority,
    held,
    now,
  );
  values["broker.users"] = brokerUsersFile(hashes);
  const issued = await nodeCertificates(authority, sources, now);
  values["broker.authority"] = JSON.stringify({
    CERTIFICATE: authority.certificate,
    PRIVATE_KEY: authority.privateKey,
    ISSUED: issued,
  });
  return { values, authority: authority.certificate, peers: peersOf(sources, issued) };
}

interface Authority extends Credential {
  /** Certificates of the nodes, by node number. */
  readonly issued: Readonly<Record<string, string>>;
}

async function authorityOf(
  held: string | undefined,
  { names }: WalletSources,
  now: Date,
): Promise<Authority> {
  if (held === undefined) return { ...(await newAuthority(`${names.prefix} authority`, now)), issued: {} };
  const value = parseValue(authorityValue, "broker.authority", held);
  return { certificate: value.CERTIFICATE, privateKey: value.PRIVATE_KEY, issued: value.ISSUED };
}

async function nodeCertificates(
  authority: Authority,
  { names, nodes }: WalletSources,
  now: Date,
): Promise<Record<string, string>> {
  const certificates: Record<string, string> = {};
  for (const node of nodeNumbers) {
    const host = names.nodeHost(node);
    const request = await readCertificateRequest(nodes[node].tlsRequest);
    if (request === undefined)
      throw refusedRequest(node, "it is unreadable, or not signed by the key that it names");
    const asked = request.dnsNames.join(", ");
    if (request.commonName !== host || asked !== host) {
      throw refusedRequest(
        node,
        `it asks for ${request.commonName} (${asked || "no names"}) and not for ${host} alone`,
      );
    }
    const present = authority.issued[String(node)];
    const keep =
      present !== undefined &&
      certifies(present, authority.certificate, host, request.publicKey) &&
      stillFresh(present, now);
    certificates[String(node)] = keep
      ? present
      : await signCertificate(
          authority,
          { dnsName: host, publicKey: request.publicKey, uses: ["server", "client"] },
          now,
        );
  }
  return certificates;
}

function refusedRequest(node: NodeNumber, reason: string): Refusal {
  return new Refusal({
    code: "certificate-request-refused",
    message: `The certificate request of policy node ${node} is refused: ${reason}.`,
    hint: `ask node ${node}'s admin whether the hand-off secrets-policy-node${node}.json is theirs, and to send it again`,
  });
}

function peersOf({ nodes }: WalletSources, issued: Readonly<Record<string, string>>): Peers {
  return Object.fromEntries(
    nodeNumbers.map((node) => {
      const { publicKey, configurationPublicKey } = nodes[node];
      return [String(node), { publicKey, configurationPublicKey, certificate: issued[String(node)] ?? "" }];
    }),
  );
}

async function credential(
  name: string,
  dnsName: string,
  uses: readonly CertificateUse[],
  authority: Authority,
  held: HeldValues,
  now: Date,
): Promise<string> {
  const present = held[name];
  if (present !== undefined) {
    const { CERTIFICATE, PRIVATE_KEY } = parseValue(tlsValue, name, present);
    const fits = certifies(CERTIFICATE, authority.certificate, dnsName, publicKeyOf(PRIVATE_KEY));
    if (fits && stillFresh(CERTIFICATE, now)) return present;
  }
  const { privateKey, publicKey } = await newKeyPair();
  const certificate = await signCertificate(authority, { dnsName, publicKey, uses }, now);
  return JSON.stringify({
    CERTIFICATE: certificate,
    PRIVATE_KEY: privateKey,
    AUTHORITY: authority.certificate,
  });
}

function databaseAccess(service: string, host: string, held: HeldValues): string {
  const name = `${service}.db-info`;
  const present = held[name];
  const value =
    present === undefined ? newDatabaseValue(service, host) : parseValue(databaseValue, name, present);
  return JSON.stringify({ ...value, DB_HOST: host });
}

async function brokerAccess(name: string, held: HeldValues): Promise<BrokerValue> {
  const present = held[name];
  return present === undefined ? await newBrokerValue() : parseValue(brokerValue, name, present);
}

/** The user that a component is at the broker. */
export function userOf(component: string): string {
  const user = brokerUser(component);
  if (user === undefined) throw new Error(`Component ${component} is no client of the broker.`);
  return user;
}

/**
 * The secrets that come from customer-secrets.yml. The risk service is optional, but the wallet's task names its secret, and ECS starts
 * no task with a secret that has no value; hence empty strings where the customer has none.
 */
function typedIn(secrets: CustomerSecrets | undefined): Record<string, string> {
  if (secrets === undefined) return {};
  const { AUDIENCE, CLIENT_ID_SPA, CLIENT_ID_NATIVE } = secrets;
  return {
    oidc: JSON.stringify({ AUDIENCE, ISSUER: issuerUrl(secrets), CLIENT_ID_SPA, CLIENT_ID_NATIVE }),
    ubiquity_org_username: secrets.ubiquity_org_username,
    ubiquity_auth_token: secrets.ubiquity_auth_token,
    chainalysis: JSON.stringify({
      USER: secrets["chainalysis-user"] ?? "",
      TOKEN: secrets["chainalysis-token"] ?? "",
    }),
    "ers-public-key": secrets.ers_public_key,
  };
}
