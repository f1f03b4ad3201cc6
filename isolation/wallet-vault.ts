/** A secret of the wallet's or the broker's vault, all in the infrastructure account, and which workloads are given its value. */
export interface VaultSecret {
  /** Name without environment and namespace. */
  readonly name: string;
  readonly description: string;
  readonly key: "wallet" | "broker";
  /** ECS workloads whose execution role reads it. */
  readonly readers: readonly string[];
}

/** All secrets of wallet and broker. The authority's private key is read by no workload. */
export function walletVault(services: readonly string[]): readonly VaultSecret[] {
  const ofServices = services.flatMap((service): VaultSecret[] => [
    {
      name: `${service}.db-info`,
      description: `Database access of ${service}`,
      key: "wallet",
      readers: [service],
    },
    {
      name: `${service}.broker-info`,
      description: `Broker password of ${service}`,
      key: "wallet",
      readers: [service],
    },
    {
      name: `${service}.tls`,
      description: `Certificate and key of ${service}`,
      key: "wallet",
      readers: [service],
    },
  ]);
  return [
    ...ofServices,
    {
      name: "oidc",
      description: "Identity provider's audience, issuer and client ids",
      key: "wallet",
      readers: ["wallet", "bootstrap"],
    },
    {
      name: "ubiquity_org_username",
      description: "Vendor's workspace name",
      key: "wallet",
      readers: ["wallet"],
    },
    { name: "ubiquity_auth_token", description: "Vendor's API key", key: "wallet", readers: ["wallet"] },
    {
      name: "chainalysis",
      description: "Risk assessment's user and token",
      key: "wallet",
      readers: ["wallet"],
    },
    {
      name: "ers-public-key",
      description: "Emergency recovery public key",
      key: "wallet",
      readers: ["wallet"],
    },
    {
      name: "broker.authority",
      description: "Certificate authority of broker and nodes",
      key: "broker",
      readers: [],
    },
    {
      name: "broker.tls",
      description: "Certificate and key of the broker",
      key: "broker",
      readers: ["broker"],
    },
    {
      name: "broker.users",
      description: "The broker's users with their password hashes",
      key: "broker",
      readers: ["broker"],
    },
  ];
}

/** Names of the secrets that a workload is given: what its execution role may read, and what its task definition names. */
export function workloadSecrets(workload: string, services: readonly string[]): readonly VaultSecret[] {
  return walletVault(services).filter((secret) => secret.readers.includes(workload));
}

/** Everything that runs on ECS, one task family each. */
export function workloadsOf(services: readonly string[]): readonly string[] {
  return [...services, "broker", "database-init", "bootstrap"];
}
