import type { Names } from "../../isolation/names.ts";
import { type NodeNumber, nodeNumbers } from "../../spec/deployment.ts";
import type { ActionHandoffs } from "../handoffs.ts";
import { canonicalJson, sha256Hex } from "../text/canonical-json.ts";
import { certifies, readCertificateRequest } from "./certificates.ts";

type NodeHandoff = ActionHandoffs["secrets-policy-node0"];
export type PeerBundle = ActionHandoffs["secrets-wallet"];
export type Peers = PeerBundle["peers"];

/** What pins the identities of all three nodes: one hash over the authority and the peers. */
export function bundleSha256(authority: string, peers: Peers): string {
  return sha256Hex(canonicalJson({ authority, peers }));
}

/**
 * What is wrong with a peer bundle, one phrase each: its hash, a missing peer, or an entry that is not what that node's own hand-off says.
 *
 * @param known the nodes' own hand-offs, as far as they are on this machine; the others' entries cannot be checked here
 */
export async function bundleProblems(
  bundle: PeerBundle,
  known: Readonly<Partial<Record<NodeNumber, NodeHandoff>>>,
  names: Names,
): Promise<string[]> {
  const problems: string[] = [];
  if (bundleSha256(bundle.authority, bundle.peers) !== bundle.bundleSha256) {
    problems.push("its hash is not that of its content");
  }
  for (const node of nodeNumbers) {
    const entry = bundle.peers[String(node)];
    const own = known[node];
    if (entry === undefined) problems.push(`policy node ${node} is missing`);
    if (entry === undefined || own === undefined) continue;
    if (entry.publicKey !== own.publicKey)
      problems.push(`the public key of policy node ${node} is another one`);
    if (entry.configurationPublicKey !== own.configurationPublicKey) {
      problems.push(`the configuration key of policy node ${node} is another one`);
    }
    const request = await readCertificateRequest(own.tlsRequest);
    const host = names.nodeHost(node);
    if (request === undefined || !certifies(entry.certificate, bundle.authority, host, request.publicKey)) {
      problems.push(`the certificate of policy node ${node} is not the one that it asked for`);
    }
  }
  return problems;
}
