import { type BootstrapSpec, groupFindings } from "./bootstrap-spec.ts";
import { optionalServiceNames } from "./components.ts";
import type { Deployment } from "./deployment.ts";
import { samePerson } from "./person.ts";
import { environmentOf, optionalServices, type WalletSpec } from "./wallet-spec.ts";
import { placeFindings, placementFindings, referenceFindings } from "./wallet-spec-checks.ts";
import type { Finding } from "./yaml-file.ts";

/** The files as far as each is valid by itself. */
export interface FilesTogether {
  readonly deployment: Deployment | undefined;
  readonly walletSpec: WalletSpec | undefined;
  readonly bootstrapSpec: BootstrapSpec | undefined;
}

/** A finding, and the file that it is about. */
export type FileFinding = Finding & { readonly file: keyof FilesTogether };

/** What a schema cannot see: whether names in one place mean something in another. Every check runs whose files are there. */
export function checkTogether({ deployment, walletSpec, bootstrapSpec }: FilesTogether): FileFinding[] {
  return [
    ...(deployment
      ? within("deployment", [...accounts(deployment), ...people(deployment), ...zones(deployment)])
      : []),
    ...(deployment && walletSpec
      ? [
          ...within("deployment", [
            ...environmentExists(deployment, walletSpec),
            ...imagesOf(deployment, walletSpec),
            ...sizedServices(deployment),
          ]),
          ...within("walletSpec", [
            ...placeFindings(deployment, walletSpec),
            ...placementFindings(deployment, walletSpec),
          ]),
        ]
      : []),
    ...(walletSpec ? within("walletSpec", referenceFindings(walletSpec, deployment?.environment)) : []),
    ...(bootstrapSpec ? within("bootstrapSpec", groupFindings(bootstrapSpec)) : []),
  ];
}

function within(file: keyof FilesTogether, findings: readonly Finding[]): FileFinding[] {
  return findings.map((finding) => ({ ...finding, file }));
}

function accounts({
  profile,
  accounts: { infrastructure, policyNode1, policyNode2 },
}: Deployment): Finding[] {
  const entries = { infrastructure, policyNode1, policyNode2 };
  const distinct = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [key, { id }] of Object.entries(entries)) {
    const path = ["accounts", key, "id"];
    const earlier = distinct.get(id);
    if (profile === "production" && earlier !== undefined) {
      findings.push({
        path,
        message: `found ${id}, which is ${earlier}'s account too; accepted in profile production: three different accounts`,
        hint: "one account for all three is profile sandbox, where one administrator reaches all shards",
      });
    }
    if (profile === "sandbox" && id !== infrastructure.id) {
      findings.push({
        path,
        message: `found ${id}; accepted in profile sandbox: the infrastructure account's id, ${infrastructure.id}, three times`,
      });
    }
    distinct.set(id, earlier ?? key);
  }
  return findings;
}

function people({ admins, custodians }: Deployment): Finding[] {
  const administrators = Object.entries(admins).flatMap(([role, admin]) =>
    admin === undefined ? [] : [{ role, name: admin.name }],
  );
  return custodians.flatMap(({ name }, index) => {
    const path = ["custodians", index, "name"];
    const role = administrators.find((admin) => samePerson(admin.name, name))?.role;
    const twice = custodians.findIndex((other) => samePerson(other.name, name)) < index;
    return [
      ...(role
        ? [
            {
              path,
              message: `${name} is also admins.${role}; accepted: people who administer no account`,
              hint: "recovery key and backup together reach every shard",
            },
          ]
        : []),
      ...(twice ? [{ path, message: `${name} is named twice; accepted: two different people or more` }] : []),
    ];
  });
}

function zones({ region, sizes }: Deployment): Finding[] {
  return sizes.zones.flatMap((zone, index) => {
    const path = ["sizes", "zones", index];
    if (!zone.startsWith(region))
      return [
        { path, message: `found ${zone}; accepted: availability zones of ${region}, such as ${region}a` },
      ];
    return sizes.zones.indexOf(zone) < index
      ? [{ path, message: `${zone} is named twice; accepted: different zones` }]
      : [];
  });
}

function environmentExists({ environment }: Deployment, spec: WalletSpec): Finding[] {
  if (environmentOf(spec, environment) !== undefined) return [];
  const names = spec.environments.map(({ name }) => name).join(", ");
  return [
    {
      path: ["environment"],
      message: `found ${environment}; accepted: an environment of bd-wallet.yaml, which has ${names}`,
    },
  ];
}

/** Images that every deployment needs; `policy-node` is the host's side of a node, the broker's image is our own. */
const requiredImages = ["wallet", "policy-node", "database-init", "bootstrap"] as const;

function imagesOf({ environment, release }: Deployment, spec: WalletSpec): Finding[] {
  const needed = [...requiredImages, ...optionalServices(spec, environment)];
  const known: readonly string[] = [...requiredImages, ...optionalServiceNames];
  const path = ["release", "images"];
  return [
    ...needed
      .filter((component) => !Object.hasOwn(release.images, component))
      .map((component) => ({
        path: [...path, component],
        message: `${component} is missing; accepted: repository and digest of its image`,
      })),
    ...Object.keys(release.images)
      .filter((component) => !known.includes(component))
      .map((component) => ({
        path: [...path, component],
        message: `unknown component ${component}; accepted: ${known.join(", ")}`,
        ofKey: true,
      })),
  ];
}

function sizedServices({ sizes }: Deployment): Finding[] {
  const known: readonly string[] = ["wallet", "broker", ...optionalServiceNames];
  return Object.keys(sizes.services)
    .filter((service) => !known.includes(service))
    .map((service) => ({
      path: ["sizes", "services", service],
      message: `unknown service ${service}; accepted: ${known.join(", ")}`,
      ofKey: true,
    }));
}
