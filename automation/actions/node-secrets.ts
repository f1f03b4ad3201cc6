import { GenerateDataKeyWithoutPlaintextCommand, GetPublicKeyCommand } from "@aws-sdk/client-kms";
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
} from "@aws-sdk/client-secrets-manager";
import type { ModelNode } from "../../isolation/model.ts";
import type { NodeNumber } from "../../spec/deployment.ts";
import type { AwsClients } from "../aws.ts";
import { CloudFailure } from "../errors.ts";
import { replacedPassword } from "../guards/guards.ts";
import type { ActionHandoffs } from "../handoffs.ts";
import { canonicalJson, sha256Hex } from "../text/canonical-json.ts";
import { certificateRequest, newKeyPair } from "../values/certificates.ts";
import {
  brokerValue,
  databaseValue,
  keyLine,
  newBrokerValue,
  newDatabaseValue,
  nodeTlsValue,
  parseValue,
  publicKeyOfLine,
} from "../values/vault-values.ts";
import type { Action, ActionContext } from "./action.ts";
import { done, handoffOf, ready } from "./finding.ts";
import { readSecret, secretName, writeSecret } from "./vault.ts";

/** As many bits as the AES-256 keys that the node derives from it by HKDF; more would add nothing. */
const masterPasswordBytes = 32;

type Handoff = ActionHandoffs["secrets-policy-node0"];
type Purpose = Exclude<keyof ModelNode["secrets"], "masterPassword" | "configuration">;
const purposes = [
  "nodePrivateKey",
  "tlsPrivateKey",
  "database",
  "broker",
] as const satisfies readonly Purpose[];

/** One node's vault, seen as the node's sealing role; nobody else writes there. */
interface NodeVault {
  readonly node: NodeNumber;
  readonly clients: AwsClients;
  readonly names: Readonly<Record<keyof ModelNode["secrets"], string>>;
}

/**
 * Makes what only this node may know, in the vault of the node's own account: the sealed master password, the node's identity, its TLS
 * key, its passwords. What is there already stays as it is. The hand-off carries the public halves.
 */
export function nodeSecrets(node: NodeNumber): Action {
  const id = `policy-node${node}` as const;
  return {
    async inspect(context) {
      const vault = openVault(context, node);
      const values = await readValues(vault);
      if (!(await isSealed(context, vault)) || !isComplete(values))
        return ready("the node's vault is not filled yet");
      const expected = await handoffFrom(context, vault, values);
      const known = await context.handoffs.read(`secrets-${id}`);
      if (known === undefined || canonicalJson(known) !== canonicalJson(expected))
        return ready("the hand-off is to be written");
      return done(
        context,
        "sealed master password, node identity, TLS key and passwords are in the node's own vault",
      );
    },
    async perform(context) {
      const vault = openVault(context, node);
      const values = await readValues(vault);
      let created = 0;
      for (const purpose of purposes) {
        if (values[purpose] !== undefined) continue;
        context.report(`${vault.names[purpose]} is made`);
        values[purpose] = (
          await writeSecret(
            vault.clients.secretsManager,
            vault.names[purpose],
            await newValue(context, node, purpose),
          )
        ).value;
        created += 1;
      }
      if (!(await isSealed(context, vault))) {
        context.report(`${vault.names.masterPassword} is sealed`);
        await sealMasterPassword(context, vault);
        created += 1;
      }
      if (!isComplete(values))
        throw new Error(`The vault of policy node ${node} is not complete after it was filled.`);
      await context.handoffs.write(
        `secrets-${id}`,
        context.model.accountIds[context.model.nodes[node].account],
        await handoffFrom(context, vault, values),
      );
      return done(
        context,
        `${created} secrets made in the node's own vault, the others kept`,
        created === 0 ? undefined : { create: created },
      );
    },
  };
}

function openVault(context: ActionContext, node: NodeNumber): NodeVault {
  const { account, secrets } = context.model.nodes[node];
  const names = Object.fromEntries(
    Object.entries(secrets).map(([purpose, name]) => [purpose, secretName(context.model, name)]),
  );
  return {
    node,
    clients: context.awsAs(account, context.model.names.sealingRole(node).arn),
    names: names as Record<keyof ModelNode["secrets"], string>,
  };
}

type Values = Partial<Record<Purpose, string>>;

async function readValues(vault: NodeVault): Promise<Values> {
  const values: Values = {};
  for (const purpose of purposes) {
    values[purpose] = (await readSecret(vault.clients.secretsManager, vault.names[purpose]))?.value;
  }
  return values;
}

function isComplete(values: Values): values is Record<Purpose, string> {
  return purposes.every((purpose) => values[purpose] !== undefined);
}

async function newValue(context: ActionContext, node: NodeNumber, purpose: Purpose): Promise<string> {
  switch (purpose) {
    case "nodePrivateKey":
      return keyLine((await newKeyPair()).privateKey);
    case "tlsPrivateKey": {
      const { privateKey } = await newKeyPair();
      const request = await certificateRequest(context.model.names.nodeHost(node), privateKey);
      return JSON.stringify({ PRIVATE_KEY: privateKey, REQUEST: request });
    }
    case "database":
      // The database's address belongs to the infrastructure account; the step that configures the node adds it.
      return JSON.stringify(newDatabaseValue(`policy-node${node}`, ""));
    case "broker":
      return JSON.stringify(await newBrokerValue());
  }
}

/**
 * Whether the master password exists. Its ciphertext is not read for that.
 *
 * @throws Refusal for one that somebody else has put in its place
 */
async function isSealed(context: ActionContext, { node, clients, names }: NodeVault): Promise<boolean> {
  const described = await clients.secretsManager.send(
    new DescribeSecretCommand({ SecretId: names.masterPassword }),
  );
  const versions = Object.entries(described.VersionIdsToStages ?? {});
  const current = versions.find(([, stages]) => stages.includes("AWSCURRENT"))?.[0];
  if (current === undefined) return false;
  const refused = replacedPassword(names.masterPassword, current, sealedVersion(context, node));
  if (refused !== undefined) throw refused;
  return true;
}

/** Id of the one version that a sealed password ever has; it follows from the node alone. */
function sealedVersion({ model }: ActionContext, node: NodeNumber): string {
  return sha256Hex(`${model.names.prefix} policy-node${node} encryptor-master-password`);
}

/**
 * Has KMS make a random password and give out nothing but its ciphertext, which only the attested enclave can open. The token of the
 * write depends on the node alone: a second writer, with another password, is refused by Secrets Manager, so that the first one stays.
 */
async function sealMasterPassword(context: ActionContext, vault: NodeVault): Promise<void> {
  const { prefix } = context.model.names;
  const { node, clients, names } = vault;
  const { sealingKeyArn } = await handoffOf(context, `policy-node${node}-long-lived`);
  const { CiphertextBlob: ciphertext } = await clients.kms.send(
    new GenerateDataKeyWithoutPlaintextCommand({
      KeyId: sealingKeyArn,
      NumberOfBytes: masterPasswordBytes,
      EncryptionContext: sealingContext(prefix, node, await configurationPublicKey(context, vault)),
    }),
  );
  if (ciphertext === undefined) {
    throw new CloudFailure({
      code: "no-ciphertext",
      message: `KMS answered GenerateDataKeyWithoutPlaintext under ${sealingKeyArn} without a ciphertext.`,
      hint: "run the same command again",
    });
  }
  try {
    await clients.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: names.masterPassword,
        SecretString: Buffer.from(ciphertext).toString("base64"),
        ClientRequestToken: sealedVersion(context, node),
      }),
    );
  } catch (error) {
    // Another run was first. Its password is the node's; ours was never used and nobody can open it.
    if (!(error instanceof ResourceExistsException)) throw error;
  }
}

/** What a node's sealed password is bound to; the enclave has to name the same to have it opened. */
export function sealingContext(
  prefix: string,
  node: NodeNumber,
  configurationKey: string,
): Record<string, string> {
  return {
    deployment: prefix,
    node: String(node),
    configurationKey: sha256Hex(Buffer.from(configurationKey, "base64")),
  };
}

async function configurationPublicKey(context: ActionContext, { node, clients }: NodeVault): Promise<string> {
  const { configurationKeyArn } = await handoffOf(context, `policy-node${node}-long-lived`);
  const { PublicKey: publicKey } = await clients.kms.send(
    new GetPublicKeyCommand({ KeyId: configurationKeyArn }),
  );
  return Buffer.from(publicKey ?? []).toString("base64");
}

async function handoffFrom(
  context: ActionContext,
  vault: NodeVault,
  values: Record<Purpose, string>,
): Promise<Handoff> {
  const { names } = vault;
  return {
    publicKey: publicKeyOfLine(names.nodePrivateKey, values.nodePrivateKey),
    configurationPublicKey: await configurationPublicKey(context, vault),
    tlsRequest: parseValue(nodeTlsValue, names.tlsPrivateKey, values.tlsPrivateKey).REQUEST,
    databaseVerifier: parseValue(databaseValue, names.database, values.database).VERIFIER,
    brokerPasswordHash: parseValue(brokerValue, names.broker, values.broker).PASSWORD_HASH,
  };
}
