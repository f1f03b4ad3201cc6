import { z } from "zod";
import {
  deploymentName,
  optionalServiceNames,
  publishedComponents,
  type SpecComponent,
  specComponents,
} from "./components.ts";

const secretName = z
  .string()
  .regex(
    /^[a-z0-9_-]+(\.[a-z0-9_-]+)*(#[A-Z0-9_]+)?$/,
    "a secret's name such as wallet.db-info#DB_HOST, without spaces",
  );

/** Reference to a secret that the service itself fetches from Secrets Manager; `#` picks a key of a JSON secret. */
const awsSecret = z.strictObject({ name: secretName, type: z.literal("awsSecret") });
/** Reference to a secret that only an attested enclave can open. */
const enclaveSecret = z.strictObject({ name: secretName, type: z.literal("enclaveSecret") });

const text = z.string().min(1);
/** For values that are no secret the vendor also takes the value itself. */
const textOrSecret = z.union([text, awsSecret]);
const duration = z.string().regex(/^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$/, "a duration such as 1h13m or 5s");
const port = z.number().int().min(1).max(65535);
const precision = z.number().int().min(0).max(36);
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a UUID");

/** A map with an entry for some or all of the components. */
function byComponent<T extends z.ZodType>(value: T) {
  return z.strictObject(
    Object.fromEntries(specComponents.map((component) => [component, value.optional()])) as Record<
      SpecComponent,
      z.ZodOptional<T>
    >,
  );
}

const environmentSchema = z.strictObject({
  name: text,
  account_id: z.string().regex(/^\d{12}$/, "twelve digits in quotes (unquoted, YAML drops a leading zero)"),
  region: text,
  testnet: z.boolean(),
  hosted_zone: text,
  hosted_zone_id: z
    .string()
    .regex(/^Z[A-Z0-9]+$/, "a Route 53 zone id such as Z0123456789ABC")
    .optional(),
  /** Absent: the published set. */
  components: z.array(z.enum(specComponents)).min(1).optional(),
  /** Older form; newer releases have users in bootstrap.yaml. */
  users: z.array(z.strictObject({ group: text, name: text, user_id: text })).optional(),
});

const approvalServiceSchema = z.strictObject({
  apple_key_id: z.string().length(10),
  apple_team_id: z.string().length(10),
  apple_push_key_string: awsSecret,
  bundle_id: text,
  confirmation_callback: z.array(z.string()).default([]),
  count: z.number().int().min(1),
  environment_id: text,
  min_version: text,
  port,
  timeout: duration,
});

const assetSchema = z.strictObject({
  abbreviation: text,
  name: text,
  provider: text,
  fee_precision: precision,
  unit_precision: precision,
  unit_string: text,
  has_flat_fee: z.boolean(),
  is_account_based: z.boolean(),
  stable_height: z.number().int().min(0),
  transaction_poll_interval_in_seconds: z.number().int().min(1),
  testnet: z.boolean().optional(),
});

const blockchainSchema = z.strictObject({
  name: text,
  utxo_strategy: text.optional(),
  service: z.strictObject({
    name: text,
    auth_token: awsSecret,
    test_network: z.boolean(),
    url: z.url().optional(),
  }),
});

const brokerSchema = z.strictObject({
  /** The vendor's samples say `mosquitto`; the broker of the sixteen steps is NATS, whose form in this file is not published. */
  platform: z.enum(["nats", "NATS", "mosquitto"]),
  broker_url: z.url().optional(),
  use_aws_certificate_authority: z.boolean(),
  broker_private_key: awsSecret.optional(),
  broker_public_key: textOrSecret.optional(),
  broker_clients: byComponent(
    z.strictObject({
      client_id: uuid,
      username: text,
      password: awsSecret,
      pub_pass_hash: awsSecret.optional(),
    }),
  ),
});

const credentials = { hostname: textOrSecret, username: textOrSecret, password: awsSecret };
const nodeCredentials = z.strictObject({ ...credentials, encryptor_master_password: enclaveSecret });
const databaseSchema = z.strictObject({
  creds: byComponent(z.strictObject(credentials)).extend({
    policyNode0: nodeCredentials.optional(),
    policyNode1: nodeCredentials.optional(),
    policyNode2: nodeCredentials.optional(),
  }),
  driver_name: z.enum(["pgx", "mysql", "sqlite"]),
  max_idle_conns: z.number().int().min(0),
  max_open_conns: z.number().int().min(1),
});

const oidcSchema = z.strictObject({
  type: text.optional(),
  audience: textOrSecret,
  issuer: textOrSecret,
  client_id_spa: textOrSecret,
  client_id_native: textOrSecret,
});

const approverExpression = z.union([
  z.strictObject({ Groups: z.array(z.string()), RequiredCount: z.number().int().min(1) }),
  z.strictObject({ Op: z.enum(["allow", "block"]) }),
]);

/** The older policy language: of the rules of an operation the first that matches decides; none matching means forbidden. */
export const policyOperationsSchema = z.record(
  z.string(),
  z.strictObject({
    PolicyOperationType: text,
    Policies: z.array(
      z.strictObject({
        ApproverExpression: approverExpression,
        DestinationType: z.enum(["internal", "external"]).optional(),
        MinAmount: z
          .string()
          .regex(/^\d+(\.\d+)?$/, 'an amount in quotes, such as "500"')
          .optional(),
        AmountCurrency: text.optional(),
        TxCurrencies: z.array(text).optional(),
        TriggerGroup: text.optional(),
        PolicyUpdateOpType: z.enum(["transfer", "stake", "unstake", ""]).optional(),
      }),
    ),
  }),
);

const nodeSchema = z.strictObject({
  address: text,
  port,
  attestation: z.boolean(),
  private_key: awsSecret,
  public_key: textOrSecret.optional(),
});

const policyNodesSchema = z.strictObject({
  ers_public_key: textOrSecret,
  /** The product is 3-of-3: exactly these three. */
  nodes: z.strictObject({ "0": nodeSchema, "1": nodeSchema, "2": nodeSchema }),
  rpc_port: port,
  server_port: port,
  policies: policyOperationsSchema.optional(),
});

const rateServiceSchema = z.strictObject({
  service_name: text,
  access_key: awsSecret.optional(),
  symbols: z.array(z.string().regex(/^[A-Z0-9]+(:[A-Z0-9]+)?$/, "a symbol such as BTC, or WND:DOT")).min(1),
  ttl: duration,
  validate: z.boolean(),
});

/** bd-wallet.yaml, the vendor's installation specification: references to secrets and values that are none. */
export const walletSpecSchema = z.strictObject({
  api_version: text.optional(),
  kind: text,
  deployer: z.strictObject({
    namespace: text,
    secret_driver: z.literal("awsSecret"),
    secret_prefix: text,
    type: z.literal("ecs"),
  }),
  environments: z.array(environmentSchema).min(1),
  mpa: z.strictObject({
    features: z.array(z.string()).optional(),
    tags: z.record(z.string(), z.string()).optional(),
    ganache: z.boolean().optional(),
    skip_confirmations: z.boolean().optional(),
    approval_service: approvalServiceSchema.optional(),
    assets: z.array(assetSchema),
    blockchains: z.record(z.string(), blockchainSchema),
    broker: brokerSchema,
    database: databaseSchema,
    oidc_config: oidcSchema,
    policy_nodes: policyNodesSchema,
    rate_service: z.array(rateServiceSchema).optional(),
  }),
});

export type WalletSpec = z.infer<typeof walletSpecSchema>;
export type PolicyOperations = z.infer<typeof policyOperationsSchema>;
export type PolicyRule = PolicyOperations[string]["Policies"][number];
export type SpecEnvironment = WalletSpec["environments"][number];

/** The entry of an environment; undefined if the specification has none of that name. */
export function environmentOf(spec: WalletSpec, environment: string): SpecEnvironment | undefined {
  return spec.environments.find(({ name }) => name === environment);
}

/** Deployment names of the components placed in an environment, each once; the published set where the specification names none. */
export function placedComponents(spec: WalletSpec, environment: string): string[] {
  const named = environmentOf(spec, environment)?.components ?? publishedComponents;
  return [...new Set(named.map(deploymentName))];
}

/** Services besides the published set that the specification places in an environment, in the order of `optionalServiceNames`. */
export function optionalServices(spec: WalletSpec, environment: string): string[] {
  const placed = placedComponents(spec, environment);
  return optionalServiceNames.filter((name) => placed.includes(name));
}
