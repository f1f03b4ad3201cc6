import { buildModel } from "../../isolation/build-model.ts";
import type { Model } from "../../isolation/model.ts";
import { type Deployment, deploymentSchema } from "../../spec/deployment.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const image = (component: string, digit: string) => ({
  repository: `blockdaemon/${component}`,
  digest: digest(digit),
});
const account = (id: string) => ({
  id,
  state: {
    backend: `s3://vault-state-${id}?region=us-east-2`,
    secretsProvider: "awskms://alias/vault-state?region=us-east-2",
  },
});
const admin = (name: string, id: string) => ({
  name,
  principals: [
    `arn:aws:iam::${id}:role/aws-reserved/sso.amazonaws.com/us-east-2/AWSReservedSSO_VaultAdmin_${id.slice(0, 8)}`,
  ],
});

/** Three accounts, three administrators, one auditor from a fourth account. */
export const fixtureDeployment: Deployment = deploymentSchema.parse({
  version: 1,
  profile: "production",
  environment: "testnet",
  namespace: "customer",
  region: "us-east-2",
  dns: { parentZone: "bank.example" },
  accounts: {
    infrastructure: account("111111111111"),
    policyNode1: account("222222222222"),
    policyNode2: account("333333333333"),
  },
  admins: {
    infrastructure: admin("Ada Alder", "111111111111"),
    policyNode1: admin("Ben Birch", "222222222222"),
    policyNode2: admin("Cleo Cedar", "333333333333"),
  },
  auditors: [{ name: "Dana Dogwood", principals: ["arn:aws:iam::444444444444:role/vault-auditor"] }],
  custodians: [{ name: "Eli Elm" }, { name: "Fay Fir" }],
  release: {
    version: "2.4.0",
    vendor: {
      account: "638663786504",
      region: "us-east-1",
      artefactBucket: "638663786504-prod-mpa-deployment-customer-artifacts",
    },
    deployer: image("wallet-deployer/aws", "1"),
    images: {
      wallet: image("wallet", "2"),
      "policy-node": image("policy-node", "3"),
      "database-init": image("database-init", "4"),
      bootstrap: image("bootstrap", "5"),
      orchestrator: image("orchestrator", "6"),
      "approval-service": image("approval-service", "7"),
    },
    enclave: {
      imageKey: "release/2.4.0/mpa-policy-nitro.eif",
      sha256: "8".repeat(64),
      pcr0: ["0a1b2c3d4e5f".repeat(8)],
    },
    brokerBase: { image: "docker.io/library/nats", digest: digest("9") },
  },
  sizes: {
    zones: ["us-east-2a", "us-east-2b"],
    database: { instanceClass: "db.m7g.large", storageGigabytes: 100 },
    node: { instanceType: "m6i.xlarge", imageId: "ami-0123456789abcdef0", volumeGigabytes: 32 },
  },
  alarms: { email: "alarms@bank.example" },
});

/** Everything in one account, by one administrator. */
export const sandboxDeployment: Deployment = deploymentSchema.parse({
  ...fixtureDeployment,
  profile: "sandbox",
  accounts: {
    infrastructure: account("111111111111"),
    policyNode1: account("111111111111"),
    policyNode2: account("111111111111"),
  },
  admins: {
    infrastructure: admin("Ada Alder", "111111111111"),
    policyNode1: admin("Ada Alder", "111111111111"),
    policyNode2: admin("Ada Alder", "111111111111"),
  },
});

/** Services of the fixture: all that a specification can name. */
export const fixtureServices = ["wallet", "orchestrator", "approval-service"] as const;

export function fixtureModel(): Model {
  return buildModel(fixtureDeployment, fixtureServices);
}

export function sandboxModel(): Model {
  return buildModel(sandboxDeployment, fixtureServices);
}
