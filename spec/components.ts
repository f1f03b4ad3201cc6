/** Component names of the vendor's specification (camelCase); `facade` and `orchestrator` are two names of one service. */
export const specComponents = [
  "wallet",
  "orchestrator",
  "facade",
  "approvalService",
  "policyNode0",
  "policyNode1",
  "policyNode2",
] as const;
export type SpecComponent = (typeof specComponents)[number];

/** What is deployed where the specification names nothing: the vendor's published set (besides the broker, which is always there). */
export const publishedComponents = [
  "wallet",
  "policyNode0",
  "policyNode1",
  "policyNode2",
] as const satisfies readonly SpecComponent[];

/** Services that a specification may add to the published set. */
export const optionalServiceNames = ["orchestrator", "approval-service"] as const;

const deploymentNames: Readonly<Record<SpecComponent, string>> = {
  wallet: "wallet",
  orchestrator: "orchestrator",
  facade: "orchestrator",
  approvalService: "approval-service",
  policyNode0: "policy-node0",
  policyNode1: "policy-node1",
  policyNode2: "policy-node2",
};

/** Name of a component's service, image and secrets: kebab-case, as in `policy-node0`. */
export function deploymentName(component: SpecComponent): string {
  return deploymentNames[component];
}

/** A component's user at the broker, named as in the vendor's sample specification; undefined for what is no client of the broker. */
export function brokerUser(name: string): string | undefined {
  return brokerUsers[name];
}

const brokerUsers: Readonly<Record<string, string>> = {
  wallet: "wallet",
  orchestrator: "facade",
  "approval-service": "approver",
  "policy-node0": "node0",
  "policy-node1": "node1",
  "policy-node2": "node2",
};
