import { brokerUser, deploymentName, type SpecComponent } from "./components.ts";
import { nodeNumbers } from "./deployment.ts";
import { environmentOf, type WalletSpec } from "./wallet-spec.ts";

type Mpa = WalletSpec["mpa"];

/** What every component is told: the one environment that is deployed, its own client of the broker, its own database. */
interface Common {
  readonly api_version?: string | undefined;
  readonly kind: string;
  readonly deployer: WalletSpec["deployer"];
  readonly environment: Pick<
    WalletSpec["environments"][number],
    "name" | "region" | "testnet" | "hosted_zone"
  >;
  readonly broker: Omit<Mpa["broker"], "broker_clients" | "broker_private_key"> & {
    readonly client?: Mpa["broker"]["broker_clients"][SpecComponent];
  };
  readonly database: Omit<Mpa["database"], "creds"> & {
    readonly creds?: Mpa["database"]["creds"][SpecComponent];
  };
}

/** A component's part of the specification. Secrets are references, as in the specification itself. */
export type ComponentConfiguration = Common &
  Partial<Omit<Mpa, "broker" | "database" | "policy_nodes">> & {
    readonly policy_nodes?: unknown;
  };

/**
 * Splits the specification: what one component is to read of it, and nothing of what is another's. Equal specifications give equal parts.
 * The vendor publishes that there is one configuration a component and not what is in which; the parts here follow from what each does.
 *
 * @param component in kebab case, as its image and secrets are called: `policy-node0`.
 */
export function componentConfiguration(
  spec: WalletSpec,
  environment: string,
  component: string,
): ComponentConfiguration {
  const entry = environmentOf(spec, environment);
  if (entry === undefined) throw new Error(`The specification has no environment ${environment}.`);
  const { name, region, testnet, hosted_zone } = entry;
  const { broker_clients, broker_private_key: _, ...broker } = spec.mpa.broker;
  const { creds, ...database } = spec.mpa.database;
  const configuration: ComponentConfiguration = {
    api_version: spec.api_version,
    kind: spec.kind,
    deployer: spec.deployer,
    environment: { name, region, testnet, hosted_zone },
    ...(brokerUser(component) === undefined
      ? { broker, database }
      : {
          broker: { ...broker, client: ownOf(broker_clients, component) },
          database: { ...database, creds: ownOf(creds, component) },
        }),
    ...partOf(spec.mpa, component),
  };
  // Without the keys that the specification leaves out.
  return JSON.parse(JSON.stringify(configuration)) as ComponentConfiguration;
}

/** `facade` and `orchestrator` are two names of one component. */
function ownOf<T>(entries: Readonly<Partial<Record<SpecComponent, T>>>, component: string): T | undefined {
  const own = (Object.keys(entries) as SpecComponent[]).find((key) => deploymentName(key) === component);
  return own === undefined ? undefined : entries[own];
}

function partOf(mpa: Mpa, component: string): Partial<ComponentConfiguration> {
  const node = nodeNumbers.find((number) => component === `policy-node${number}`);
  const { broker: _broker, database: _database, policy_nodes, approval_service, ...common } = mpa;
  const { ers_public_key, rpc_port, server_port, policies, nodes } = policy_nodes;
  // What a node's secrets hold, public half or private, is that node's to read; addresses are everybody's.
  const addresses = Object.fromEntries(
    Object.entries(nodes).map(([number, { private_key, public_key, ...rest }]) => {
      if (number === String(node)) return [number, { ...rest, private_key, public_key }];
      return [number, typeof public_key === "string" ? { ...rest, public_key } : rest];
    }),
  );
  const shared = { rpc_port, server_port, nodes: addresses };
  if (node !== undefined) {
    const { assets, features, tags, skip_confirmations } = common;
    return {
      assets,
      features,
      tags,
      skip_confirmations,
      policy_nodes: { ...shared, ers_public_key, policies },
    };
  }
  if (component === "approval-service") {
    const { features, tags, oidc_config } = common;
    return { features, tags, oidc_config, approval_service };
  }
  // A task that is no client of the broker, such as bootstrap, works on no chain.
  if (brokerUser(component) === undefined) return {};
  return { ...common, policy_nodes: { ...shared, ers_public_key } };
}
