import {
  type AccountKey,
  accountIdOf,
  accountOfNode,
  type Deployment,
  type NodeNumber,
} from "../spec/deployment.ts";

/**
 * Every name that a policy, another account or a person mentions, computed from the deployment alone, so that all three accounts
 * can write each other's names before anything exists. Only key ids, secret suffixes and network ids are unknown beforehand.
 */
export interface Names {
  /** `<namespace>-<environment>`: first part of every name of ours. */
  readonly prefix: string;
  /** `<environment>.<parentZone>`: the zone that is delegated to this deployment. */
  readonly zone: string;
  /** Host of the wallet: `wallet.<zone>`. Never changes after the first start. */
  readonly host: string;
  readonly url: string;
  /** Private zone for names inside the network. */
  readonly privateZone: string;
  /** Private DNS name of the broker, which is also its certificate's name. */
  readonly brokerHost: string;
  /** Private DNS name of a node, which is also its TLS certificate's name. */
  nodeHost(node: NodeNumber): string;
  role(account: AccountKey, name: string): { readonly name: string; readonly arn: string };
  /** The host's role of a node; always in the infrastructure account. The suffix is the vendor's published one. */
  nodeRole(node: NodeNumber): { readonly name: string; readonly arn: string };
  keyAdminRole(node: NodeNumber): { readonly name: string; readonly arn: string };
  sealingRole(node: NodeNumber): { readonly name: string; readonly arn: string };
  /** May take a node's keys out of service, and nothing else. */
  breakGlassRole(node: NodeNumber): { readonly name: string; readonly arn: string };
  verifierRole(account: AccountKey): { readonly name: string; readonly arn: string };
  /** The role that the engine's provider and the actions of an account act as; made by the account's owner beforehand. */
  deployRole(account: AccountKey): { readonly name: string; readonly arn: string };
  /** `<environment>.<namespace>.<name>`, the vendor's order. */
  secret(name: string): string;
  /** ECR repository in the infrastructure account, `<prefix>/<component>`. */
  repository(component: string): string;
  /** Bucket names are global: `<prefix>-<purpose>-<account id>`. */
  bucket(account: AccountKey, purpose: string): string;
  /** `/<namespace>/<environment>/<name>`, the vendor's order for log groups. */
  logGroup(name: string): string;
}

export function namesOf(deployment: Deployment): Names {
  const { environment, namespace } = deployment;
  const prefix = `${namespace}-${environment}`;
  const zone = `${environment}.${deployment.dns.parentZone}`;
  const host = `wallet.${zone}`;
  const privateZone = `${environment}.${namespace}.internal`;
  const role = (account: AccountKey, name: string) => ({
    name: `${prefix}-${name}`,
    arn: `arn:aws:iam::${accountIdOf(deployment, account)}:role/${prefix}-${name}`,
  });
  return {
    prefix,
    zone,
    host,
    url: `https://${host}`,
    privateZone,
    brokerHost: `broker.${privateZone}`,
    nodeHost: (node) => `node${node}.${privateZone}`,
    role,
    nodeRole: (node) => role("infrastructure", `nitroRole${node}`),
    keyAdminRole: (node) => role(accountOfNode(node), `policy-node${node}-key-admin`),
    sealingRole: (node) => role(accountOfNode(node), `policy-node${node}-sealing`),
    breakGlassRole: (node) => role(accountOfNode(node), `policy-node${node}-break-glass`),
    verifierRole: (account) => role(account, "verifier"),
    deployRole: (account) => role(account, "deploy"),
    secret: (name) => `${environment}.${namespace}.${name}`,
    repository: (component) => `${prefix}/${component}`,
    bucket: (account, purpose) => `${prefix}-${purpose}-${accountIdOf(deployment, account)}`,
    logGroup: (name) => `/${namespace}/${environment}/${name}`,
  };
}
