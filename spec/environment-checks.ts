import { deploymentName, type SpecComponent } from "./components.ts";
import { ersFindings } from "./customer-secrets-checks.ts";
import type { Deployment } from "./deployment.ts";
import { eachEntry, eachReadable, whereReadable } from "./readable.ts";
import { environmentOf, type WalletSpec } from "./wallet-spec.ts";
import type { Finding } from "./yaml-file.ts";

/** What the schema of bd-wallet.yaml cannot see, as far as that file alone tells it. */
export function walletSpecFindings(spec: WalletSpec): Finding[] {
  const checks: readonly ((spec: WalletSpec) => readonly Finding[])[] = [
    environments,
    brokerClients,
    nodes,
    ersKey,
    assets,
    blockchains,
    rateServices,
  ];
  return checks.flatMap((check) => whereReadable(() => check(spec)));
}

function environments({ environments: entries }: WalletSpec): readonly Finding[] {
  const names: string[] = [];
  return eachReadable(entries, ({ name, components = [], testnet }, index): Finding[] => {
    const path = ["environments", index];
    const twice = names.includes(name);
    names.push(name);
    const contradicts = (name === "mainnet" && testnet) || (name === "testnet" && !testnet);
    return [
      ...(twice
        ? [
            {
              path: [...path, "name"],
              message: `${name} is described twice; accepted: one entry an environment`,
            },
          ]
        : []),
      ...(contradicts
        ? [
            {
              path: [...path, "testnet"],
              message: `found ${testnet} for the environment ${name}; accepted: ${!testnet}`,
              hint: `write: testnet: ${!testnet}`,
            },
          ]
        : []),
      ...components.flatMap((component, position) => placedTwice(components, component, position, path)),
    ];
  });
}

function placedTwice(
  components: readonly SpecComponent[],
  component: SpecComponent,
  position: number,
  path: readonly PropertyKey[],
): Finding[] {
  const earlier = components
    .slice(0, position)
    .find((other) => deploymentName(other) === deploymentName(component));
  if (earlier === undefined) return [];
  const alias = earlier === component ? "" : ` (${earlier} is another name for it)`;
  return [
    {
      path: [...path, "components", position],
      message: `${component} is placed twice${alias}; accepted: each component once`,
      hint: "remove one of the two",
    },
  ];
}

function brokerClients({ mpa }: WalletSpec): readonly Finding[] {
  const clients = mpa.broker.broker_clients;
  const ids = new Map<string, string>();
  return eachEntry(clients, (component, client): Finding[] => {
    if (client === undefined) return [];
    const id = client.client_id.toLowerCase();
    const earlier = ids.get(id);
    ids.set(id, earlier ?? component);
    return earlier === undefined
      ? []
      : [
          {
            path: ["mpa", "broker", "broker_clients", component, "client_id"],
            message: `is ${earlier}'s client_id too; accepted: a UUID of its own, since the broker delivers by it`,
            hint: "have the vendor issue another one, or make one with uuidgen",
          },
        ];
  });
}

function nodes({ mpa }: WalletSpec): readonly Finding[] {
  const { nodes: entries } = mpa.policy_nodes;
  const path = ["mpa", "policy_nodes"];
  return [
    ...whereReadable((): Finding[] =>
      mpa.policy_nodes.rpc_port === mpa.policy_nodes.server_port
        ? [
            {
              path: [...path, "server_port"],
              message: `found ${mpa.policy_nodes.server_port}, which is rpc_port too; accepted: a port of its own`,
            },
          ]
        : [],
    ),
    ...eachEntry(entries, (number, { address, port }): Finding[] => {
      const at = [...path, "nodes", number, "address"];
      const wrong = /^policyNode(\d):/.exec(address)?.[1] ?? number;
      if (wrong !== number)
        return [
          {
            path: at,
            message: `is the address of node ${wrong}; accepted: node ${number}'s own`,
            hint: `write: address: policyNode${number}:${port}`,
          },
        ];
      const named = /:(\d+)$/.exec(address)?.[1];
      return named !== undefined && Number(named) !== port
        ? [
            {
              path: at,
              message: `names port ${named}, and port says ${port}; accepted: the same port in both`,
            },
          ]
        : [];
    }),
  ];
}

/** Written out instead of referred to, the recovery key has to be one all the same. */
function ersKey({ mpa }: WalletSpec): readonly Finding[] {
  const key = mpa.policy_nodes.ers_public_key;
  return typeof key === "string" ? ersFindings(["mpa", "policy_nodes", "ers_public_key"], key) : [];
}

function assets({ mpa }: WalletSpec): readonly Finding[] {
  const known: string[] = [];
  return eachReadable(mpa.assets, ({ abbreviation }, index): Finding[] => {
    const twice = known.includes(abbreviation);
    known.push(abbreviation);
    return twice
      ? [
          {
            path: ["mpa", "assets", index, "abbreviation"],
            message: `${abbreviation} is described twice; accepted: one entry an asset`,
          },
        ]
      : [];
  });
}

/** Networks of the vendor's sample whose kind is known. */
const testNetworks: Readonly<Record<string, boolean>> = {
  btcmain: false,
  btctest: true,
  ethmain: false,
  ethtest: true,
  solanamain: false,
  solanatest: true,
  polkadot: false,
  westend: true,
};

function blockchains({ mpa }: WalletSpec): readonly Finding[] {
  return eachEntry(mpa.blockchains, (id, { service }): Finding[] => {
    const known = testNetworks[id];
    return known === undefined || known === service.test_network
      ? []
      : [
          {
            path: ["mpa", "blockchains", id, "service", "test_network"],
            message: `found ${service.test_network} for ${id}; accepted: ${known}`,
            hint: `write: test_network: ${known}`,
          },
        ];
  });
}

function rateServices({ mpa }: WalletSpec): readonly Finding[] {
  const priced = new Map<string, string>();
  return eachReadable(mpa.rate_service ?? [], ({ service_name, symbols, access_key }, index) => {
    const path = ["mpa", "rate_service", index];
    const missing: Finding[] =
      service_name === "coinlayer" && access_key === undefined
        ? [
            {
              path: [...path, "access_key"],
              message: "access_key is missing; accepted with coinlayer: a reference to its key",
              hint: "write: access_key: { name: rateservice-accesskey, type: awsSecret }",
            },
          ]
        : [];
    const shadowed = symbols.flatMap((symbol, position): Finding[] => {
      const earlier = priced.get(symbol);
      priced.set(symbol, earlier ?? service_name);
      return earlier === undefined
        ? []
        : [
            {
              path: [...path, "symbols", position],
              message: `${symbol} is priced by ${earlier} already: the first service that lists a symbol wins`,
              severity: "warning",
            },
          ];
    });
    return [...missing, ...shadowed];
  });
}

/** What a wallet with real funds, or with three accounts that keep its shards apart, may not have. */
export function refusalFindings(deployment: Deployment, spec: WalletSpec): Finding[] {
  const environment = environmentOf(spec, deployment.environment);
  if (environment === undefined) return [];
  const mainnet = !environment.testnet;
  const severity = mainnet ? "error" : "warning";
  const where = mainnet ? "on mainnet" : "even of a test network";
  const switches = (["ganache", "skip_confirmations"] as const).flatMap((key) =>
    whereReadable((): Finding[] =>
      spec.mpa[key] === true
        ? [
            {
              path: ["mpa", key],
              message: `found true; accepted ${where}: false`,
              hint: `write: ${key}: false`,
              severity,
            },
          ]
        : [],
    ),
  );
  const production = whereReadable(() => [deployment.profile === "production"])[0] ?? false;
  return [
    ...switches,
    ...whereReadable(() =>
      eachEntry(spec.mpa.policy_nodes.nodes, (node, { attestation }): Finding[] =>
        attestation
          ? []
          : [
              {
                path: ["mpa", "policy_nodes", "nodes", node, "attestation"],
                message: `found false; accepted${mainnet ? " on mainnet" : " in profile production"}: true, since without attestation any program on the host can open the shard`,
                hint: "write: attestation: true",
                severity: mainnet || production ? "error" : "warning",
              },
            ],
      ),
    ),
    ...whereReadable((): Finding[] =>
      production && /sandbox/.test(spec.kind)
        ? [
            {
              path: ["kind"],
              message: "names a sandbox, and deployment.yaml says profile production",
              hint: "ask the vendor whether this file was made for your three accounts; what kind should say is not published",
              severity: "warning",
            },
          ]
        : [],
    ),
  ];
}
