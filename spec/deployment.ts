import { z } from "zod";

/** The three places where shards may live; in profile `sandbox` all three name the same AWS account. */
export const accountKeys = ["infrastructure", "policyNode1", "policyNode2"] as const;
export type AccountKey = (typeof accountKeys)[number];

/** Numbers of the policy nodes. The product is 3-of-3; there is no other count. */
export const nodeNumbers = [0, 1, 2] as const;
export type NodeNumber = (typeof nodeNumbers)[number];

const accountId = z
  .string()
  .regex(/^\d{12}$/, "twelve digits in quotes (unquoted, YAML drops a leading zero)");
const dnsLabel = z
  .string()
  .regex(
    /^(?!.*--)[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/,
    "a DNS label of at most 32 characters: lower-case letters, digits and single hyphens, a letter first",
  );
const domainName = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
    "a domain name in lower case, without a final dot",
  );
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 lower-case hexadecimal digits");
const measurement = z.string().regex(/^[0-9a-f]{96}$/, "96 lower-case hexadecimal digits (SHA-384)");
const awsRegion = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS Region such as us-east-2");
const personName = z.string().regex(/\S/, "a name");
const arn = z.string().regex(/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.+$/, "an ARN");

const account = z.strictObject({
  /** The 12-digit AWS account id. */
  id: accountId,
  /** The AWS Organization that the account belongs to, whose management account rules every member; null: it stands alone. */
  organization: z
    .strictObject({
      id: z.string().regex(/^o-[a-z0-9]+$/, "an organization's id such as o-a1b2c3d4e5"),
      managementAccount: accountId,
    })
    .nullable()
    .default(null),
  /** Named profile of the AWS configuration files; absent: the SDK's default chain of this process. */
  profile: z.string().min(1).optional(),
  /** Where Pulumi keeps this account's state; a bucket of the account itself, never a shared one. */
  state: z.strictObject({
    /** For instance `s3://my-state-bucket?region=us-east-2`. */
    backend: z.string().regex(/^s3:\/\/[a-z0-9.-]+/, "an s3:// address"),
    /** For instance `awskms://alias/vault-state?region=us-east-2`. */
    secretsProvider: z.string().regex(/^awskms:\/\//, "an awskms:// address"),
  }),
});

const administrator = z.strictObject({
  name: personName,
  /** IAM principals this person signs in as; they may assume the account's deploy, key-admin and sealing roles. */
  principals: z.array(arn).min(1),
});

const pipeline = z.strictObject({
  /** The account whose deploy role the pipeline may assume. */
  account: z.enum(accountKeys),
  /** Address of the OpenID Connect provider without `https://`, for instance `token.actions.githubusercontent.com`. */
  provider: z.string().regex(/^[a-z0-9.-]+(\/[A-Za-z0-9._/-]+)?$/, "an address without https://"),
  audience: z.string().min(1).default("sts.amazonaws.com"),
  /** The one subject, for instance `repo:bank/vault:environment:node1`; a wildcard would admit pipelines that nobody has read. */
  subject: z.string().regex(/^[^*?$]+$/, "one subject without wildcards"),
  /** Who can change what the pipeline runs, for instance the organization at the code host. Pipelines of one owner are one party. */
  owner: personName,
});

const image = z.strictObject({
  /** Path in the vendor's registry, for instance `blockdaemon/wallet`. */
  repository: z.string().regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, "a repository path"),
  digest,
});

/** deployment.yaml: where, by whom and in which sizes the vault is deployed. Ours, not the vendor's. */
export const deploymentSchema = z.strictObject({
  version: z.literal(1),
  profile: z.enum(["production", "sandbox"]),
  /** Name of the environment; also the DNS prefix. Frozen after the first start. */
  environment: dnsLabel,
  /** The customer's namespace at the vendor; first part of role names, middle part of secret names. */
  namespace: dnsLabel,
  region: awsRegion,
  dns: z.strictObject({
    /** The organization's own domain, in which `<environment>.<parentZone>` is delegated to this deployment. */
    parentZone: domainName,
  }),
  accounts: z.strictObject({ infrastructure: account, policyNode1: account, policyNode2: account }),
  admins: z.strictObject({
    infrastructure: administrator,
    /** Absent: the infrastructure administrator also administers node 0. */
    policyNode0: administrator.optional(),
    policyNode1: administrator,
    policyNode2: administrator,
  }),
  /** Read-only principals that may assume the verifier role in every account. */
  auditors: z.array(administrator).default([]),
  /** People who hold the emergency recovery key; none of them may be an administrator. */
  custodians: z.array(z.strictObject({ name: personName })).min(2),
  /** Pipelines that deploy instead of a person. */
  ci: z.array(pipeline).default([]),
  release: z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+$/, "a version such as 2.4.0"),
    vendor: z.strictObject({
      account: accountId,
      region: awsRegion,
      /** Bucket with the customer's specification files and the enclave image. */
      artefactBucket: z
        .string()
        .regex(
          /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
          "a bucket's name: 3 to 63 lower-case letters, digits, hyphens",
        ),
    }),
    /** The vendor's deployer image; its labels and files are the release itself. */
    deployer: image,
    /** The vendor's service images, all of the release; `policy-node` is the host's side of a node. */
    images: z.record(z.string(), image),
    enclave: z.strictObject({
      /** Object key of the enclave image file (EIF) in the artefact bucket. */
      imageKey: z.string().min(1),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits"),
      /** PCR0 of the release; a second value only during an upgrade. */
      pcr0: z.array(measurement).min(1).max(2),
    }),
    /** Official base image of the broker, by digest, from its own registry. */
    brokerBase: z.strictObject({ image: z.string().min(1), digest }),
  }),
  sizes: z.strictObject({
    /** Two to four availability zones of the Region: the network is divided evenly among them, and an eighth of it is too small for a zone's subnets. */
    zones: z.array(z.string()).min(2).max(4),
    network: z
      .string()
      .regex(
        /^(10\.(?:25[0-5]|2[0-4]\d|1?\d?\d)|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/,
        "a private IPv4 block of size /16 such as 10.64.0.0/16",
      )
      .default("10.64.0.0/16"),
    database: z.strictObject({
      instanceClass: z.string().regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, "a class such as db.m6g.large"),
      storageGigabytes: z.number().int().min(20).max(65536),
    }),
    node: z.strictObject({
      instanceType: z.string().regex(/^[a-z0-9-]+\.[a-z0-9]+$/, "an instance type such as m6i.xlarge"),
      /** Pinned id of the hosts' machine image. */
      imageId: z.string().regex(/^ami-[0-9a-f]{8,17}$/, "an AMI id"),
      volumeGigabytes: z.number().int().min(16),
    }),
    /** Desired count and Fargate size of the services by component name; others get the default of 1 × 512 CPU units × 1024 MiB. */
    services: z
      .record(
        z.string(),
        z.strictObject({
          count: z.number().int().min(1),
          cpu: z.number().int(),
          memoryMebibytes: z.number().int(),
        }),
      )
      .default({}),
  }),
  /** `internal`: the load balancer is reachable from the network alone. */
  exposure: z.enum(["public", "internal"]).default("public"),
  /** Domains whose names can be resolved from the network besides AWS's own, each with everything below it. */
  allowedDomains: z.array(domainName).default([]),
  /** E-mail addresses that the alarms go to. */
  alarms: z.strictObject({ email: z.string().email("an e-mail address") }),
  acceptedRisks: z
    .array(
      z.strictObject({
        party: z.string().min(1),
        reason: z.string().min(1),
        approvedBy: z.array(personName).min(1),
      }),
    )
    .default([]),
});

export type Deployment = z.infer<typeof deploymentSchema>;
export type Administrator = z.infer<typeof administrator>;

/** The account whose key guards this node's shard. */
export function accountOfNode(node: NodeNumber): AccountKey {
  return node === 0 ? "infrastructure" : node === 1 ? "policyNode1" : "policyNode2";
}

/** The 12-digit id of an account. */
export function accountIdOf(deployment: Deployment, account: AccountKey): string {
  return deployment.accounts[account].id;
}
