import { actionFor } from "../../automation/actions/index.ts";
import { readSecret, secretName } from "../../automation/actions/vault.ts";
import type { AwsClients } from "../../automation/aws.ts";
import { brokerImageFor, readDownload } from "../../automation/broker-release.ts";
import { servicesOf } from "../../automation/model.ts";
import type { Credential } from "../../automation/values/certificates.ts";
import {
  authorityValue,
  brokerValue,
  nodeTlsValue,
  parseValue,
  tlsValue,
} from "../../automation/values/vault-values.ts";
import { userOf } from "../../automation/values/wallet-values.ts";
import type { BuiltImage } from "../../release/image.ts";
import type { BrokerSubjects } from "../../release/manifest.ts";
import { accountOfNode, type NodeNumber, nodeNumbers } from "../../spec/deployment.ts";
import { openRehearsed } from "../automation/actions/rehearsed.ts";

/** What a component comes to the broker with, all of it from the component's own vault. */
export interface BrokerUser extends Credential {
  readonly user: string;
  readonly password: string;
  readonly passwordHash: string;
}

/** What the deployer made for the broker and its clients. */
export interface DeployedBroker {
  readonly image: BuiltImage;
  /** The variables of the broker's task, as its task definition takes them out of the secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly host: string;
  readonly authority: Credential;
  readonly users: readonly BrokerUser[];
  readonly subjects: BrokerSubjects;
}

/** Has the deployer's own steps fill the vaults of a rehearsal, and reads there what each workload is given. */
export async function deployBroker(): Promise<DeployedBroker> {
  const rehearsed = await openRehearsed();
  try {
    const { inputs, names, folder, handoffs } = rehearsed.installation;
    const nodeSteps = nodeNumbers.map((node) => `secrets-policy-node${node}` as const);
    for (const step of ["release", ...nodeSteps, "secrets-wallet"] as const)
      await actionFor(step).perform(await rehearsed.context(step));
    const { model, aws, awsAs } = await rehearsed.context("secrets-wallet");
    const held = async ({ secretsManager }: AwsClients, name: string): Promise<string> => {
      const secret = await readSecret(secretsManager, secretName(model, name));
      if (secret === undefined) throw new Error(`${name} has no value`);
      return secret.value;
    };
    const own = async (name: string) => await held(aws("infrastructure"), name);
    const bundle = await handoffs.read("secrets-wallet");

    const service = async (name: string): Promise<BrokerUser> => {
      const { PASSWORD, PASSWORD_HASH } = parseValue(brokerValue, name, await own(`${name}.broker-info`));
      const { CERTIFICATE, PRIVATE_KEY } = parseValue(tlsValue, name, await own(`${name}.tls`));
      return {
        user: userOf(name),
        password: PASSWORD,
        passwordHash: PASSWORD_HASH,
        certificate: CERTIFICATE,
        privateKey: PRIVATE_KEY,
      };
    };
    const policyNode = async (node: NodeNumber): Promise<BrokerUser> => {
      const name = `policy-node${node}`;
      const clients = awsAs(accountOfNode(node), names.sealingRole(node).arn);
      const { PASSWORD, PASSWORD_HASH } = parseValue(
        brokerValue,
        name,
        await held(clients, `${name}.broker-info`),
      );
      const { PRIVATE_KEY } = parseValue(nodeTlsValue, name, await held(clients, `${name}.tls-private-key`));
      return {
        user: userOf(name),
        password: PASSWORD,
        passwordHash: PASSWORD_HASH,
        certificate: bundle?.peers[node]?.certificate ?? "",
        privateKey: PRIVATE_KEY,
      };
    };

    const download = await readDownload(inputs, folder);
    if (download === undefined) throw new Error("the step `release` kept nothing");
    const tls = parseValue(tlsValue, "broker.tls", await own("broker.tls"));
    const authority = parseValue(authorityValue, "broker.authority", await own("broker.authority"));
    return {
      image: brokerImageFor(inputs, download),
      environment: {
        TLS_CERTIFICATE: tls.CERTIFICATE,
        TLS_PRIVATE_KEY: tls.PRIVATE_KEY,
        TLS_AUTHORITY: tls.AUTHORITY,
        BROKER_USERS: await own("broker.users"),
      },
      host: names.brokerHost,
      authority: { certificate: authority.CERTIFICATE, privateKey: authority.PRIVATE_KEY },
      users: await Promise.all([...servicesOf(inputs).map(service), ...nodeNumbers.map(policyNode)]),
      subjects: download.manifest.broker.subjects,
    };
  } finally {
    await rehearsed.close();
  }
}
