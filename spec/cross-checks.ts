import type { BootstrapSpec } from "./bootstrap-spec.ts";
import { optionalServiceNames } from "./components.ts";
import { type CustomerSecrets, issuerUrl } from "./customer-secrets.ts";
import { customerSecretsFindings } from "./customer-secrets-checks.ts";
import type { Deployment } from "./deployment.ts";
import { deploymentFindings } from "./deployment-checks.ts";
import { refusalFindings, walletSpecFindings } from "./environment-checks.ts";
import { groupsOf, olderGroupsOf, userFindings } from "./groups.ts";
import { nearest } from "./nearest.ts";
import { policyFindings, type RuleContext } from "./policy-checks.ts";
import { whereReadable } from "./readable.ts";
import { referenceFindings } from "./reference-checks.ts";
import { restrictionFindings } from "./restriction-checks.ts";
import { environmentOf, optionalServices, type WalletSpec } from "./wallet-spec.ts";
import { placeFindings, placementFindings } from "./wallet-spec-checks.ts";
import type { Finding } from "./yaml-file.ts";

/** The contents of the files, each part of which can be reached as far as it is valid (see `readable`). */
export interface Contents {
  readonly deployment: Deployment;
  readonly walletSpec: WalletSpec;
  readonly bootstrapSpec: BootstrapSpec;
  /** Undefined where there is no such file. */
  readonly customerSecrets: CustomerSecrets | undefined;
}

/** A finding, and the file that it is about. */
export type FileFinding = Finding & { readonly file: keyof Contents };

type Check = (contents: Contents) => readonly Finding[];

/** What a schema cannot see. Every check runs as far as what it needs is there. */
const checks: readonly (readonly [keyof Contents, Check])[] = [
  ["deployment", ({ deployment }) => deploymentFindings(deployment)],
  ["deployment", environmentExists],
  ["deployment", imagesOf],
  ["deployment", ({ deployment }) => sizedServices(deployment)],
  ["deployment", identityProvider],
  ["walletSpec", ({ walletSpec }) => walletSpecFindings(walletSpec)],
  ["walletSpec", ({ deployment, walletSpec }) => placeFindings(deployment, walletSpec)],
  ["walletSpec", ({ deployment, walletSpec }) => placementFindings(deployment, walletSpec)],
  ["walletSpec", ({ deployment, walletSpec }) => refusalFindings(deployment, walletSpec)],
  ["walletSpec", references],
  ["walletSpec", olderRules],
  ["bootstrapSpec", ({ bootstrapSpec }) => userFindings(bootstrapSpec)],
  ["bootstrapSpec", rules],
  [
    "customerSecrets",
    ({ customerSecrets }) => (customerSecrets === undefined ? [] : customerSecretsFindings(customerSecrets)),
  ],
];

/** All findings of all checks. */
export function checkTogether(contents: Contents): FileFinding[] {
  return checks.flatMap(([file, check]) =>
    whereReadable(() => check(contents)).map((finding) => ({ ...finding, file })),
  );
}

/** The identity provider has to be among what the network can reach. Its address is the customer's secret and is not repeated. */
function identityProvider({ deployment, customerSecrets }: Contents): Finding[] {
  if (customerSecrets === undefined) return [];
  const { hostname } = new URL(issuerUrl(customerSecrets));
  const { allowedDomains } = deployment;
  if (allowedDomains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))) return [];
  return [
    {
      path: ["allowedDomains"],
      message: `found ${allowedDomains.join(", ") || "no domain"}; accepted: a list in which the identity provider's domain is, or one above it`,
      hint: "add the domain of ISSUER in customer-secrets.yml: the wallet can resolve no name that is not listed",
    },
  ];
}

/** What a check would like to know and can do without. */
function maybe<T>(read: () => T | undefined): T | undefined {
  return whereReadable(() => [read()])[0];
}

function references(contents: Contents): Finding[] {
  return referenceFindings(
    contents.walletSpec,
    maybe(() => contents.deployment.environment),
  );
}

function ruleContext(contents: Contents): Omit<RuleContext, "groups"> {
  return {
    assets: maybe(() => contents.walletSpec.mpa.assets.map(({ abbreviation }) => abbreviation)),
    mainnet:
      maybe(() => environmentOf(contents.walletSpec, contents.deployment.environment)?.testnet) === false,
  };
}

/** Users and rules as older specifications have them, inside bd-wallet.yaml. */
function olderRules(contents: Contents): Finding[] {
  const { policies } = contents.walletSpec.mpa.policy_nodes;
  if (policies === undefined) return [];
  const path = ["mpa", "policy_nodes", "policies"];
  const environment = maybe(() => environmentOf(contents.walletSpec, contents.deployment.environment));
  const groups =
    environment &&
    olderGroupsOf(
      environment,
      maybe(() => contents.bootstrapSpec),
    );
  const elsewhere = maybe(() => Object.keys(contents.bootstrapSpec.policies ?? {})) ?? [];
  return [
    ...policyFindings(policies, path, { groups, ...ruleContext(contents) }),
    ...elsewhere
      .filter((operation) => Object.hasOwn(policies, operation))
      .map((operation) => ({
        path: [...path, operation],
        message: `bootstrap.yaml has rules for ${JSON.stringify(operation)} too; which of the two the vendor's task takes is not published`,
        hint: "keep the rules in bootstrap.yaml alone",
        severity: "warning" as const,
        ofKey: true,
      })),
  ];
}

function rules(contents: Contents): Finding[] {
  const { bootstrapSpec } = contents;
  const context = { groups: groupsOf(bootstrapSpec), ...ruleContext(contents) };
  const older = maybe(() => bootstrapSpec.policies);
  const newer = maybe(() => bootstrapSpec.restrictions);
  return [
    ...(older === undefined ? [] : policyFindings(older, ["policies"], context)),
    ...(newer === undefined ? [] : restrictionFindings(newer, context)),
    ...whereReadable((): Finding[] => {
      if (bootstrapSpec.policies === undefined && bootstrapSpec.restrictions === undefined)
        return [
          {
            path: [],
            message:
              "has no rules; accepted: policies (older language, where what no rule allows is forbidden) or restrictions (newer language, where without any everybody may change everything)",
            hint: "take the vendor's defaults for a first test network",
          },
        ];
      return bootstrapSpec.policies !== undefined && bootstrapSpec.restrictions !== undefined
        ? [
            {
              path: ["restrictions"],
              message:
                "both policy languages are used; which of them your release reads cannot be told from here, and their defaults are opposite",
              hint: "ask the vendor, and keep the one that your release reads",
              severity: "warning",
            },
          ]
        : [];
    }),
  ];
}

function environmentExists({ deployment: { environment }, walletSpec }: Contents): Finding[] {
  if (environmentOf(walletSpec, environment) !== undefined) return [];
  const names = walletSpec.environments.map(({ name }) => name);
  const meant = nearest(environment, names);
  return [
    {
      path: ["environment"],
      message: `found ${environment}; accepted: an environment of bd-wallet.yaml, which has ${names.join(", ")}`,
      ...(meant !== undefined && { hint: `write: environment: ${meant}` }),
    },
  ];
}

/** Images that every deployment needs; `policy-node` is the host's side of a node, the broker's image is our own. */
const requiredImages = ["wallet", "policy-node", "database-init", "bootstrap"] as const;

function imagesOf({ deployment: { environment, release }, walletSpec }: Contents): Finding[] {
  const optional = maybe(() => optionalServices(walletSpec, environment)) ?? [];
  const known: readonly string[] = [...requiredImages, ...optionalServiceNames];
  const path = ["release", "images"];
  const unknown = Object.keys(release.images).filter((component) => !known.includes(component));
  const meant = unknown.map((component) => nearest(component, known));
  return [
    ...[...requiredImages, ...optional]
      .filter((component) => !Object.hasOwn(release.images, component) && !meant.includes(component))
      .map((component) => ({
        path: [...path, component],
        message: `${component} is missing; accepted: repository and digest of its image`,
      })),
    ...unknown.map((component) => unknownName("component", component, known, path)),
  ];
}

function sizedServices({ sizes }: Deployment): Finding[] {
  const known: readonly string[] = ["wallet", "broker", ...optionalServiceNames];
  return Object.keys(sizes.services)
    .filter((service) => !known.includes(service))
    .map((service) => unknownName("service", service, known, ["sizes", "services"]));
}

function unknownName(
  what: string,
  name: string,
  known: readonly string[],
  path: readonly PropertyKey[],
): Finding {
  const meant = nearest(name, known);
  return {
    path: [...path, name],
    message: `unknown ${what} ${name}; accepted: ${known.join(", ")}`,
    ...(meant !== undefined && { hint: `did you mean ${JSON.stringify(meant)}?` }),
    ofKey: true,
  };
}
