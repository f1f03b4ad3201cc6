import { accountKeys, type Deployment } from "./deployment.ts";
import { nameFindings, prefixFindings } from "./name-limits.ts";
import { peopleFindings } from "./people-checks.ts";
import { eachEntry, eachReadable, whereReadable } from "./readable.ts";
import type { Finding } from "./yaml-file.ts";

/** What the schema of deployment.yaml cannot see, as far as that file alone tells it. */
export function deploymentFindings(deployment: Deployment): Finding[] {
  const checks: readonly ((deployment: Deployment) => readonly Finding[])[] = [
    partition,
    accounts,
    organizations,
    stateBuckets,
    peopleFindings,
    zones,
    hosts,
    services,
    measurements,
    nameFindings,
    prefixFindings,
  ];
  return checks.flatMap((check) => whereReadable(() => check(deployment)));
}

/** Every ARN that is written begins with `arn:aws:`, and nobody of another partition can be named in it (IAM user guide, "ARN format"). */
function partition({ region }: Deployment): Finding[] {
  if (!/^(cn|us-gov|us-iso[a-z]*|eu-isoe|eusc)-/.test(region)) return [];
  return [
    {
      path: ["region"],
      message: `found ${region}, which is of another partition of AWS; accepted: a Region of the partition aws, such as us-east-2`,
      hint: "the vendor's accounts and releases are in the partition aws, which no other one can reach",
    },
  ];
}

function accounts({ profile, accounts: { infrastructure, ...others }, release }: Deployment): Finding[] {
  const distinct = new Map<string, string>();
  return [
    ...eachEntry({ infrastructure, ...others }, (key, { id }): Finding[] => {
      const path = ["accounts", key, "id"];
      const earlier = distinct.get(id);
      distinct.set(id, earlier ?? key);
      const shared = profile === "production" && earlier !== undefined;
      const strange = profile === "sandbox" && id !== infrastructure.id;
      return [
        ...(shared
          ? [
              {
                path,
                message: `found ${id}, which is ${earlier}'s account too; accepted in profile production: three different accounts`,
                hint: "one account for all three is profile sandbox, where one administrator reaches all shards",
              },
            ]
          : []),
        ...(strange
          ? [
              {
                path,
                message: `found ${id}; accepted in profile sandbox: the infrastructure account's id, ${infrastructure.id}, three times`,
              },
            ]
          : []),
        ...whereReadable(() =>
          id === release.vendor.account
            ? [{ path, message: `found ${id}, the vendor's account; accepted: an account of your own` }]
            : [],
        ),
      ];
    }),
  ];
}

/** One organization has one management account. */
function organizations({ accounts: entries }: Deployment): Finding[] {
  const known = new Map<string, string>();
  return [
    ...eachEntry(entries, (key, { organization }): Finding[] => {
      if (organization === null) return [];
      const { id, managementAccount } = organization;
      const earlier = known.get(id);
      known.set(id, earlier ?? managementAccount);
      return earlier === undefined || earlier === managementAccount
        ? []
        : [
            {
              path: ["accounts", key, "organization", "managementAccount"],
              message: `found ${managementAccount}; accepted: ${earlier}, which another account names as the management account of ${id}`,
            },
          ];
    }),
  ];
}

/** Whoever reads an account's state reads every input and output of its stacks. */
function stateBuckets({ profile, accounts: entries }: Deployment): Finding[] {
  if (profile !== "production") return [];
  const known = new Map<string, string>();
  return accountKeys.flatMap((key) =>
    whereReadable((): Finding[] => {
      const { backend } = entries[key].state;
      const bucket = /^s3:\/\/([^/?]+)/.exec(backend)?.[1] ?? backend;
      const earlier = known.get(bucket);
      known.set(bucket, earlier ?? key);
      return earlier === undefined
        ? []
        : [
            {
              path: ["accounts", key, "state", "backend"],
              message: `found bucket ${bucket}, which keeps ${earlier}'s state too; accepted: a bucket of the account itself`,
            },
          ];
    }),
  );
}

function zones({ region, sizes }: Deployment): Finding[] {
  return [
    ...eachReadable(sizes.zones, (zone, index): Finding[] => {
      const path = ["sizes", "zones", index];
      if (!zone.startsWith(region) || !/^[a-z]$/.test(zone.slice(region.length)))
        return [
          { path, message: `found ${zone}; accepted: availability zones of ${region}, such as ${region}a` },
        ];
      return sizes.zones.indexOf(zone) < index
        ? [{ path, message: `${zone} is named twice; accepted: different zones` }]
        : [];
    }),
  ];
}

/** An enclave takes 2 processors and 8000 MiB of its host, and needs a host that can run one (Nitro Enclaves user guide). */
function hosts({ sizes }: Deployment): Finding[] {
  const path = ["sizes", "node", "instanceType"];
  const { instanceType } = sizes.node;
  const [family = "", size = ""] = instanceType.split(".");
  if (/^t\d|^mac|^a1$/.test(family) || size.startsWith("metal"))
    return [
      {
        path,
        message: `found ${instanceType}, which cannot run Nitro Enclaves; accepted: a type that can, such as m6i.xlarge`,
      },
    ];
  return /^(nano|micro|small|medium|large)$/.test(size)
    ? [
        {
          path,
          message: `found ${instanceType}, which is too small for an enclave of 2 processors and 8000 MiB beside its host; accepted: xlarge or larger`,
          hint: `write: instanceType: ${family}.xlarge`,
        },
      ]
    : [];
}

/** Memory in MiB that Fargate offers for so many CPU units: from, to, in steps of (ECS developer guide, "Fargate task sizes"). */
const fargate: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
};

function services({ sizes }: Deployment): Finding[] {
  return [
    ...eachEntry(sizes.services, (service, { cpu, memoryMebibytes }): Finding[] => {
      const path = ["sizes", "services", service];
      const offered = fargate[cpu];
      if (offered === undefined)
        return [
          {
            path: [...path, "cpu"],
            message: `found ${cpu}; accepted: ${Object.keys(fargate).join(", ")} (1024 are one processor)`,
          },
        ];
      const [from, to, step] = offered;
      const fits =
        memoryMebibytes >= from &&
        memoryMebibytes <= to &&
        // 256 CPU units come with 512, 1024 or 2048 MiB.
        (cpu === 256 ? memoryMebibytes !== 1536 : true) &&
        (memoryMebibytes - from) % step === 0;
      return fits
        ? []
        : [
            {
              path: [...path, "memoryMebibytes"],
              message: `found ${memoryMebibytes}; accepted with ${cpu} CPU units: ${from} to ${to} in steps of ${step}`,
            },
          ];
    }),
  ];
}

/** An enclave in debug mode measures all zeros, and so would anybody's. */
function measurements({ profile, release }: Deployment): Finding[] {
  const { pcr0 } = release.enclave;
  return [
    ...eachReadable(pcr0, (value, index): Finding[] => {
      const path = ["release", "enclave", "pcr0", index];
      if (/^0+$/.test(value))
        return [
          {
            path,
            message:
              "found all zeros, which is what every enclave in debug mode measures; accepted: the release's measurement",
            ...(profile === "sandbox" && { severity: "warning" as const }),
          },
        ];
      return pcr0.indexOf(value) < index ? [{ path, message: "this measurement is named twice" }] : [];
    }),
  ];
}
