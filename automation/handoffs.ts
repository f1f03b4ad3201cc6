import { join } from "node:path";
import { z } from "zod";
import { type StackId, type StackOutputs, stackOutputSchemas } from "../stacks/outputs.ts";
import { UserError } from "./errors.ts";
import { readIfPresent, writeWhole } from "./files.ts";

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const nodeSecrets = z.strictObject({
  /** The node's identity: P-256 SPKI, DER, base64, one line. */
  publicKey: base64,
  /** The configuration key's public half (SPKI, DER, base64), part of what the sealed password is bound to. */
  configurationPublicKey: base64,
  /** Certificate request (PEM) for the node's TLS key; subject and names are checked before it is signed. */
  tlsRequest: z.string(),
  /** `SCRAM-SHA-256$…` as PostgreSQL stores it. */
  databaseVerifier: z.string(),
  /** bcrypt of the node's broker password. */
  brokerPasswordHash: z.string(),
});

const nodeConfigured = z.strictObject({
  configurationSha256: sha256,
  /** ECDSA by the node account's configuration key over a statement that names node and configuration, base64. */
  signature: base64,
});

const actionHandoffSchemas = {
  "secrets-policy-node0": nodeSecrets,
  "secrets-policy-node1": nodeSecrets,
  "secrets-policy-node2": nodeSecrets,
  "secrets-wallet": z.strictObject({
    /** Certificate of the authority that signed all of them, PEM. */
    authority: z.string(),
    /** By node number: identity, TLS certificate and configuration key of every peer. */
    peers: z.record(
      z.string(),
      z.strictObject({ publicKey: base64, configurationPublicKey: base64, certificate: z.string() }),
    ),
    /** The emergency recovery key that the custodians hold, for the nodes' configuration: RSA SPKI, DER, base64. */
    ersPublicKey: base64,
    /** SHA-256 of the peers and the authority as canonical JSON; nodes pin it. */
    bundleSha256: sha256,
    /** Changes whenever a secret of wallet or broker gets a new version, so that tasks roll. */
    revision: z.string(),
  }),
  "configure-policy-node0": nodeConfigured,
  "configure-policy-node1": nodeConfigured,
  "configure-policy-node2": nodeConfigured,
} as const;

export type ActionHandoffId = keyof typeof actionHandoffSchemas;
export type ActionHandoffs = { readonly [A in ActionHandoffId]: z.infer<(typeof actionHandoffSchemas)[A]> };
export type HandoffId = StackId | ActionHandoffId;
export type HandoffContent = StackOutputs & ActionHandoffs;
export const handoffSchemas = { ...stackOutputSchemas, ...actionHandoffSchemas };

const envelope = z.strictObject({
  step: z.string(),
  environment: z.string(),
  account: z.string(),
  createdAt: z.string(),
  content: z.unknown(),
});

/** Public outputs that travel between the accounts, one file a step. Checked against their schema when written and when read. */
export interface Handoffs {
  read<H extends HandoffId>(id: H): Promise<HandoffContent[H] | undefined>;
  /** Writes only when the content differs, so that a second run changes nothing. */
  write<H extends HandoffId>(id: H, account: string, content: HandoffContent[H]): Promise<void>;
}

export function handoffsIn(folder: string, environment: string, now: () => Date): Handoffs {
  const file = (id: string) => join(folder, `${id}.json`);
  const read = async <H extends HandoffId>(id: H): Promise<HandoffContent[H] | undefined> => {
    const text = await readIfPresent(file(id));
    return text === undefined ? undefined : parseHandoff(id, text, environment, file(id));
  };
  return {
    read,
    async write(id, account, content) {
      const checked = handoffSchemas[id].parse(content);
      const present = await read(id);
      if (present !== undefined && JSON.stringify(present) === JSON.stringify(checked)) return;
      const document = { step: id, environment, account, createdAt: now().toISOString(), content: checked };
      await writeWhole(file(id), `${JSON.stringify(document, null, 2)}\n`);
    },
  };
}

function parseHandoff<H extends HandoffId>(
  id: H,
  text: string,
  environment: string,
  file: string,
): HandoffContent[H] {
  const hint = "ask the account's admin to send the file again, or remove it and run the step again";
  const fail = (message: string) => new UserError({ code: "handoff-invalid", message, file, hint });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw fail(`The hand-off of ${id} is no JSON: ${(error as Error).message}`);
  }
  const outer = envelope.safeParse(document);
  if (!outer.success) throw fail(`The hand-off of ${id} is incomplete: ${z.prettifyError(outer.error)}`);
  if (outer.data.step !== id) throw fail(`The file holds the hand-off of ${outer.data.step}, not of ${id}.`);
  if (outer.data.environment !== environment) {
    throw fail(
      `The hand-off of ${id} belongs to environment ${outer.data.environment}; this deployment is ${environment}.`,
    );
  }
  const content = handoffSchemas[id].safeParse(outer.data.content);
  if (!content.success)
    throw fail(`The hand-off of ${id} does not have the expected content: ${z.prettifyError(content.error)}`);
  return content.data as HandoffContent[H];
}
