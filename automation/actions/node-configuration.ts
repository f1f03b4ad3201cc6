import { verify } from "node:crypto";
import { SignCommand } from "@aws-sdk/client-kms";
import type { z } from "zod";
import { inboxPrefix } from "../../release/broker-image.ts";
import { componentConfiguration } from "../../spec/component-configuration.ts";
import { type NodeNumber, nodeNumbers } from "../../spec/deployment.ts";
import type { StackOutputs } from "../../stacks/outputs.ts";
import type { AwsClients } from "../aws.ts";
import { CloudFailure, Refusal } from "../errors.ts";
import type { ActionHandoffs } from "../handoffs.ts";
import { canonicalJson, type Json, sha256Hex } from "../text/canonical-json.ts";
import { bundleProblems, type PeerBundle } from "../values/peer-bundle.ts";
import { configurationValue, databaseName, databaseValue, parseValue } from "../values/vault-values.ts";
import { userOf } from "../values/wallet-values.ts";
import type { Action, ActionContext } from "./action.ts";
import { done, entryOf, handoffOf, ready } from "./finding.ts";
import { emptySecret, readSecret, secretName, writeSecret } from "./vault.ts";

/** The broker's client port, as its configuration has it. */
const brokerPort = 4222;

/**
 * Writes a node's configuration and peer list into the node's own vault, signed by the node account's configuration key. The node's
 * admin decides here, with nothing but the other accounts' hand-offs, whom the node will take for its peers.
 */
export function nodeConfiguration(node: NodeNumber): Action {
  const id = `configure-policy-node${node}` as const;
  return {
    async inspect(context) {
      const plan = await planOf(context, node);
      if (!plan.signed) return ready("the configuration is to be written and signed");
      if (!plan.addressKnown) return ready("the database's address is to be written into the node's vault");
      const known = await context.handoffs.read(id);
      if (known === undefined || canonicalJson(known) !== canonicalJson(handoffFrom(plan.signed))) {
        return ready("the hand-off is to be written");
      }
      return done(context, `configuration ${short(plan.text)}, signed by this account's key`);
    },
    async perform(context) {
      const plan = await planOf(context, node);
      const signed = plan.signed ?? { configuration: plan.text, signature: await sign(context, plan) };
      const { secretsManager } = plan.clients;
      let update = 0;
      if (plan.signed === undefined) {
        context.report(`the configuration of policy node ${node} is written, signed`);
        await writeSecret(secretsManager, plan.names.configuration, JSON.stringify(signed));
        update += 1;
      }
      if (!plan.addressKnown) {
        await writeSecret(secretsManager, plan.names.database, JSON.stringify(plan.database));
        update += 1;
      }
      await context.handoffs.write(
        id,
        context.model.accountIds[context.model.nodes[node].account],
        handoffFrom(signed),
      );
      return done(
        context,
        `configuration ${short(plan.text)} is in the node's vault, signed`,
        update === 0 ? undefined : { update },
      );
    },
  };
}

interface Plan {
  readonly node: NodeNumber;
  /** As the node's sealing role; nobody else writes in its vault. */
  readonly clients: AwsClients;
  readonly names: { readonly configuration: string; readonly database: string };
  /** The configuration that the node shall have. */
  readonly text: string;
  /** What the vault holds, if it is that configuration with a good signature. */
  readonly signed: z.infer<typeof configurationValue> | undefined;
  /** The node's database access with the address that the infrastructure account has handed over. */
  readonly database: z.infer<typeof databaseValue>;
  readonly addressKnown: boolean;
}

async function planOf(context: ActionContext, node: NodeNumber): Promise<Plan> {
  const { model } = context;
  const { account, secrets } = model.nodes[node];
  const clients = context.awsAs(account, model.names.sealingRole(node).arn);
  const names = {
    configuration: secretName(model, secrets.configuration),
    database: secretName(model, secrets.database),
  };
  const own = await handoffOf(context, `secrets-policy-node${node}`);
  const { databases } = await handoffOf(context, "wallet-long-lived");
  const address = entryOf(databases, `policy-node${node}`, "database");
  const text = canonicalJson(configurationOf(context, node, await checkedBundle(context, node), address));
  const held = await readSecret(clients.secretsManager, names.configuration);
  const configured = held && parseValue(configurationValue, names.configuration, held.value);
  const good =
    configured?.configuration === text &&
    isSigned(statementOf(model.names.prefix, node, text), configured.signature, own.configurationPublicKey);
  const access = await readSecret(clients.secretsManager, names.database);
  if (access === undefined) throw emptySecret(names.database, `secrets-policy-node${node}`);
  const database = parseValue(databaseValue, names.database, access.value);
  return {
    node,
    clients,
    names,
    text,
    signed: good ? configured : undefined,
    database: { ...database, DB_HOST: address.host },
    addressKnown: database.DB_HOST === address.host,
  };
}

/** What the node is told, its part of the specification included. Everything in it is public; passwords and keys lie in secrets of their own. */
function configurationOf(
  context: ActionContext,
  node: NodeNumber,
  bundle: PeerBundle,
  { host, port }: StackOutputs["wallet-long-lived"]["databases"][string],
): Json {
  const { names } = context.model;
  const component = `policy-node${node}`;
  const user = userOf(component);
  const peers = nodeNumbers.map((peer) => [
    String(peer),
    { ...entryOf(bundle.peers, String(peer), "peer"), host: names.nodeHost(peer) },
  ]);
  return {
    version: 1,
    deployment: names.prefix,
    environment: context.inputs.deployment.environment,
    node,
    peers: Object.fromEntries(peers) as Json,
    authority: bundle.authority,
    bundleSha256: bundle.bundleSha256,
    database: { host, port, name: databaseName(component), user: databaseName(component) },
    broker: { host: names.brokerHost, port: brokerPort, user, inboxPrefix: inboxPrefix(user) },
    ersPublicKey: bundle.ersPublicKey,
    specification: componentConfiguration(
      context.inputs.walletSpec.content,
      context.inputs.deployment.environment,
      component,
    ) as unknown as Json,
  };
}

/** The peer bundle, after everything that this machine can check of it; the node's own entry always, the others' where it knows them. */
async function checkedBundle(context: ActionContext, node: NodeNumber): Promise<PeerBundle> {
  const bundle = await handoffOf(context, "secrets-wallet");
  const known = {
    0: await context.handoffs.read("secrets-policy-node0"),
    1: await context.handoffs.read("secrets-policy-node1"),
    2: await context.handoffs.read("secrets-policy-node2"),
  };
  const problems = await bundleProblems(bundle, known, context.model.names);
  if (problems.length === 0) return bundle;
  throw new Refusal({
    code: "peer-bundle-refused",
    message: `The peer bundle of secrets-wallet is refused for policy node ${node}: ${problems.join("; ")}.`,
    hint: "ask the infrastructure admin to run secrets-wallet again with the nodes' present hand-offs, and to send secrets-wallet.json",
  });
}

/**
 * What is signed: KMS takes messages of 4096 bytes at most, which a configuration with its certificates exceeds, so a short statement
 * names its hash, and for which node of which deployment it is meant.
 */
function statementOf(deployment: string, node: NodeNumber, configuration: string): string {
  return canonicalJson({ deployment, node, configurationSha256: sha256Hex(configuration) });
}

function isSigned(statement: string, signature: string, publicKey: string): boolean {
  const key = { key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" } as const;
  return verify("sha256", Buffer.from(statement), key, Buffer.from(signature, "base64"));
}

async function sign(context: ActionContext, { node, clients, text }: Plan): Promise<string> {
  const { configurationKeyArn } = await handoffOf(context, `policy-node${node}-long-lived`);
  const { Signature: signature } = await clients.kms.send(
    new SignCommand({
      KeyId: configurationKeyArn,
      Message: Buffer.from(statementOf(context.model.names.prefix, node, text)),
      MessageType: "RAW",
      SigningAlgorithm: "ECDSA_SHA_256",
    }),
  );
  if (signature !== undefined) return Buffer.from(signature).toString("base64");
  throw new CloudFailure({
    code: "no-signature",
    message: `KMS answered Sign with ${configurationKeyArn} without a signature.`,
    hint: "run the same command again",
  });
}

function handoffFrom(signed: z.infer<typeof configurationValue>): ActionHandoffs["configure-policy-node0"] {
  return { configurationSha256: sha256Hex(signed.configuration), signature: signed.signature };
}

function short(text: string): string {
  return `sha256 ${sha256Hex(text).slice(0, 16)}…`;
}
