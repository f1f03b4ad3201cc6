import { verify } from "node:crypto";
import { SignCommand } from "@aws-sdk/client-kms";
import { inboxPrefix } from "../../release/broker-image.ts";
import { type NodeNumber, nodeNumbers } from "../../spec/deployment.ts";
import { canonicalJson, type Json, sha256Hex } from "../canonical-json.ts";
import { certifies, readCertificateRequest } from "../certificates.ts";
import { CloudFailure, Refusal } from "../errors.ts";
import type { ActionHandoffs } from "../handoffs.ts";
import { configurationValue, databaseName, databaseValue, parseValue } from "../vault-values.ts";
import { bundleSha256, userOf } from "../wallet-values.ts";
import type { Action, ActionContext } from "./action.ts";
import { done, entryOf, handoffOf, ready } from "./finding.ts";
import { readSecret, secretName, writeSecret } from "./vault.ts";

/** The broker's client port, as its configuration has it. */
const brokerPort = 4222;

type Bundle = ActionHandoffs["secrets-wallet"];

/**
 * Writes a node's configuration and peer list into the node's own vault, signed by the node account's configuration key. The node's
 * admin decides here, with nothing but the infrastructure account's hand-offs, whom the node will take for its peers.
 */
export function nodeConfiguration(node: NodeNumber): Action {
  const id = `configure-policy-node${node}` as const;
  return {
    async inspect(context) {
      const text = canonicalJson(await configurationOf(context, node));
      const held = await heldConfiguration(context, node);
      if (held?.configuration !== text)
        return ready(held === undefined ? "not configured yet" : "the configuration changed");
      if (!(await isSignedBy(context, node, held))) return ready("the configuration is to be signed again");
      if ((await databaseHost(context, node)) !== (await handedHost(context, node)))
        return ready("the database's address changed");
      const known = await context.handoffs.read(id);
      if (known?.configurationSha256 !== sha256Hex(text) || known.signature !== held.signature)
        return ready("the hand-off is to be written");
      return done(
        context,
        `configuration sha256 ${sha256Hex(text).slice(0, 16)}…, signed by this account's key`,
      );
    },
    async perform(context) {
      const text = canonicalJson(await configurationOf(context, node));
      const { secretsManager } = sealingClients(context, node);
      let held = await heldConfiguration(context, node);
      const keep = held?.configuration === text && (await isSignedBy(context, node, held));
      if (held === undefined || !keep) {
        context.report(`the configuration of policy node ${node} is signed`);
        held = { configuration: text, signature: await sign(context, node, text) };
        await writeSecret(secretsManager, nameOf(context, node, "configuration"), JSON.stringify(held));
      }
      await writeDatabaseHost(context, node);
      const account = context.model.accountIds[context.model.nodes[node].account];
      await context.handoffs.write(id, account, {
        configurationSha256: sha256Hex(text),
        signature: held.signature,
      });
      return done(
        context,
        `configuration sha256 ${sha256Hex(text).slice(0, 16)}… is in the node's vault, signed`,
        keep ? undefined : { update: 1 },
      );
    },
  };
}

/** What the node is told. Everything in it is public; passwords and keys lie in secrets of their own. */
async function configurationOf(context: ActionContext, node: NodeNumber): Promise<Json> {
  const { names } = context.model;
  const bundle = await checkedBundle(context, node);
  const { databases } = await handoffOf(context, "wallet-long-lived");
  const { host, port } = entryOf(databases, `policy-node${node}`, "database");
  const component = `policy-node${node}`;
  return {
    version: 1,
    deployment: names.prefix,
    environment: context.inputs.deployment.environment,
    node,
    peers: Object.fromEntries(
      nodeNumbers.map((peer) => [
        String(peer),
        { ...entryOf(bundle.peers, String(peer), "peer"), host: names.nodeHost(peer) },
      ]),
    ),
    authority: bundle.authority,
    bundleSha256: bundle.bundleSha256,
    database: { host, port, name: databaseName(component), user: databaseName(component) },
    broker: {
      host: names.brokerHost,
      port: brokerPort,
      user: userOf(component),
      inboxPrefix: inboxPrefix(userOf(component)),
    },
    ersPublicKey: bundle.ersPublicKey,
  };
}

/**
 * The peer bundle, after everything that this machine can check of it: its hash, every certificate, the node's own entry against the
 * node's own vault's hand-off, and the other nodes' entries where their hand-offs are here too.
 */
async function checkedBundle(context: ActionContext, node: NodeNumber): Promise<Bundle> {
  const bundle = await handoffOf(context, "secrets-wallet");
  const own = await handoffOf(context, `secrets-policy-node${node}`);
  const problems: string[] = [];
  if (bundleSha256(bundle.authority, bundle.peers) !== bundle.bundleSha256)
    problems.push("its hash is not that of its content");
  for (const peer of nodeNumbers) {
    const entry = bundle.peers[String(peer)];
    if (entry === undefined) {
      problems.push(`policy node ${peer} is missing`);
      continue;
    }
    const known = peer === node ? own : await context.handoffs.read(`secrets-policy-node${peer}`);
    if (known === undefined) continue;
    const whose = peer === node ? "this node" : `policy node ${peer}`;
    if (entry.publicKey !== known.publicKey) problems.push(`the public key of ${whose} is another one`);
    if (entry.configurationPublicKey !== known.configurationPublicKey)
      problems.push(`the configuration key of ${whose} is another one`);
    const request = await readCertificateRequest(known.tlsRequest);
    const host = context.model.names.nodeHost(peer);
    if (request === undefined || !certifies(entry.certificate, bundle.authority, host, request.publicKey)) {
      problems.push(`the certificate of ${whose} is not the one that it asked for`);
    }
  }
  if (problems.length === 0) return bundle;
  throw new Refusal({
    code: "peer-bundle-refused",
    message: `The peer bundle of secrets-wallet is refused for policy node ${node}: ${problems.join("; ")}.`,
    hint: "ask the infrastructure admin to run secrets-wallet again with the nodes' present hand-offs, and to send secrets-wallet.json",
  });
}

type Held = ReturnType<typeof parseHeld>;
function parseHeld(name: string, text: string) {
  return parseValue(configurationValue, name, text);
}

async function heldConfiguration(context: ActionContext, node: NodeNumber): Promise<Held | undefined> {
  const name = nameOf(context, node, "configuration");
  const held = await readSecret(sealingClients(context, node).secretsManager, name);
  return held === undefined ? undefined : parseHeld(name, held.value);
}

async function isSignedBy(
  context: ActionContext,
  node: NodeNumber,
  { configuration, signature }: Held,
): Promise<boolean> {
  const { configurationPublicKey } = await handoffOf(context, `secrets-policy-node${node}`);
  const key = { key: Buffer.from(configurationPublicKey, "base64"), format: "der", type: "spki" } as const;
  return verify("sha256", Buffer.from(configuration), key, Buffer.from(signature, "base64"));
}

/** The configuration is longer than the 4096 bytes that KMS takes as a message, so KMS signs its digest. */
async function sign(context: ActionContext, node: NodeNumber, text: string): Promise<string> {
  const { configurationKeyArn } = await handoffOf(context, `policy-node${node}-long-lived`);
  const { Signature: signature } = await sealingClients(context, node).kms.send(
    new SignCommand({
      KeyId: configurationKeyArn,
      Message: Buffer.from(sha256Hex(text), "hex"),
      MessageType: "DIGEST",
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

async function handedHost(context: ActionContext, node: NodeNumber): Promise<string> {
  const { databases } = await handoffOf(context, "wallet-long-lived");
  return entryOf(databases, `policy-node${node}`, "database").host;
}

async function databaseHost(context: ActionContext, node: NodeNumber): Promise<string | undefined> {
  const name = nameOf(context, node, "database");
  const held = await readSecret(sealingClients(context, node).secretsManager, name);
  return held === undefined ? undefined : parseValue(databaseValue, name, held.value).DB_HOST;
}

/** The vendor's services read the database's address from the secret, and a restore changes it there. */
async function writeDatabaseHost(context: ActionContext, node: NodeNumber): Promise<void> {
  const { secretsManager } = sealingClients(context, node);
  const name = nameOf(context, node, "database");
  const held = await readSecret(secretsManager, name);
  const host = await handedHost(context, node);
  if (held === undefined) return;
  const value = parseValue(databaseValue, name, held.value);
  if (value.DB_HOST !== host)
    await writeSecret(secretsManager, name, JSON.stringify({ ...value, DB_HOST: host }));
}

function sealingClients(context: ActionContext, node: NodeNumber) {
  return context.awsAs(context.model.nodes[node].account, context.model.names.sealingRole(node).arn);
}

function nameOf(context: ActionContext, node: NodeNumber, purpose: "configuration" | "database"): string {
  return secretName(context.model, context.model.nodes[node].secrets[purpose]);
}
