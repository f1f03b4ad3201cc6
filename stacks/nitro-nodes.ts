import type { Provider } from "@pulumi/aws";
import { entry } from "../components/lookup.ts";
import { nodePort, PolicyNode } from "../components/policy-node.ts";
import { connect } from "../components/security-group.ts";
import { type HostSettings, hostUserData } from "../components/user-data.ts";
import { type NodeNumber, nodeNumbers } from "../spec/deployment.ts";
import type { StackContext, StackDefinition } from "./definition.ts";
import { imageOf } from "./images.ts";

const id = "nitro-nodes";

/** The hosts of the three policy nodes, each in a group of one. */
export const nitroNodes: StackDefinition<typeof id> = {
  id,
  account: "infrastructure",
  title: "Hosts of the three policy nodes, with their access to exactly their own vaults",
  needs: [
    "baseline-infrastructure",
    "wallet-long-lived",
    "wallet",
    "policy-node0-long-lived",
    "policy-node1-long-lived",
    "policy-node2-long-lived",
  ],
  longLived: false,
  placeholders: ({ names }) => ({ groupNames: byNode((node) => `${names.prefix}-node${node}`) }),
  program,
};

function program(context: StackContext, provider: Provider) {
  const nodes = nodeNumbers.map((node): [NodeNumber, PolicyNode] => [
    node,
    createNode(context, node, provider),
  ]);
  for (const [from, caller] of nodes) {
    for (const [to, called] of nodes) {
      if (from === to) continue;
      connect(
        `node${from}-node${to}`,
        caller.securityGroupId,
        called.securityGroupId,
        nodePort,
        `node${from} to node${to}`,
        {
          provider,
        },
      );
    }
  }
  return { groupNames: Object.fromEntries(nodes.map(([node, { groupName }]) => [node, groupName])) };
}

function createNode(context: StackContext, node: NodeNumber, provider: Provider): PolicyNode {
  const { deployment, model } = context;
  const baseline = context.outputsOf("baseline-infrastructure");
  const { brokerSecurityGroupId, walletSecurityGroupId } = context.outputsOf("wallet");
  const { databases } = context.outputsOf("wallet-long-lived");
  const { imageId, instanceType, volumeGigabytes } = deployment.sizes.node;
  // Node and subnet by the zone's place in the deployment: with three zones each node has one of its own.
  const place = node % deployment.sizes.zones.length;
  return new PolicyNode(
    `node${node}`,
    {
      model,
      node: model.nodes[node],
      stack: id,
      placement: baseline,
      subnetId: at(baseline.isolatedSubnetIds, place, "isolated subnet"),
      zone: at(deployment.sizes.zones, place, "availability zone"),
      instanceType,
      imageId,
      volumeGigabytes,
      instanceProfileName: entry(baseline.instanceProfileNames, String(node), "instance profile"),
      userData: userDataOf(context, node, provider),
      brokerSecurityGroupId,
      walletSecurityGroupId,
      databaseSecurityGroupId: entry(databases, `policy-node${node}`, "database").securityGroupId,
      namespaceId: baseline.privateNamespaceId,
      alarmTopicArn: baseline.alarmTopicArn,
    },
    { provider },
  );
}

function userDataOf(context: StackContext, node: NodeNumber, provider: Provider) {
  const { artefactBucket } = context.outputsOf("baseline-infrastructure");
  const { secretArns } = context.outputsOf(`policy-node${node}-long-lived`);
  return imageOf(context, "policy-node", { provider }).apply((hostImage) =>
    hostScript(context, node, { artefactBucket, secretArns, hostImage }),
  );
}

/** The script of a node's first boot, from what other stacks have made. */
export function hostScript(
  { deployment, model }: Pick<StackContext, "deployment" | "model">,
  node: NodeNumber,
  made: Pick<HostSettings, "artefactBucket" | "secretArns" | "hostImage">,
): string {
  const { imageKey, sha256: imageSha256 } = deployment.release.enclave;
  const { brokerHost } = model.names;
  const nodeHost = model.names.nodeHost(node);
  return hostUserData({
    node,
    region: deployment.region,
    imageKey,
    imageSha256,
    brokerHost,
    nodeHost,
    ...made,
  });
}

function at(list: readonly string[], index: number, kind: string): string {
  const found = list[index];
  if (found === undefined)
    throw new Error(`There are ${list.length} of kind ${kind}; node ${index} needs one more.`);
  return found;
}

function byNode(value: (node: NodeNumber) => string): Record<string, string> {
  return Object.fromEntries(nodeNumbers.map((node) => [node, value(node)]));
}
