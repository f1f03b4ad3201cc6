/** Names of what is set up before the calls, the same in every cloud. */
export const fixture = {
  alias: "alias/customer-testnet-wallet",
  keyDescription: "Secrets of the wallet",
  secret: "testnet.customer.wallet.tls",
  emptySecret: "testnet.customer.oidc",
  role: "customer-testnet-verifier",
  rolePolicy: "read",
  repository: "customer-testnet/wallet",
  imageTag: "2.4.0",
  cluster: "customer-testnet",
  service: "wallet",
  taskFamily: "customer-testnet-wallet",
  zone: "testnet.bank.example",
  vpcBlock: "10.64.0.0/16",
  tags: { "ivault:deployment": "customer-testnet" },
} as const;

/** Bucket names are global, so that it carries the account's id. */
export const bucketOf = (account: string) => `customer-testnet-artefacts-${account}`;

/** An account trusts itself; what is allowed does not matter to the comparison. */
export const trustPolicy = (account: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" },
    ],
  });

export const identityPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "kms:DescribeKey", Resource: "*" }],
});

/** Policy of the key, the secret or the bucket: its own account may everything. */
export const resourcePolicy = (account: string, action: string, resource = "*") =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Own",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: action,
        Resource: resource,
      },
    ],
  });

export const containerDefinitions = [
  { name: "wallet", image: "registry.example/wallet@sha256:0", essential: true },
];

const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", size: 5 };
const config = { mediaType: "application/vnd.oci.image.config.v1+json", size: 6 };

/** Blobs of an image whose content does not matter, and the manifest that names them by digest. */
export const image = {
  layer: Buffer.from("layer"),
  config: Buffer.from("config"),
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  manifest: (digests: { readonly layer: string; readonly config: string }) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { ...config, digest: digests.config },
      layers: [{ ...layer, digest: digests.layer }],
    }),
};
