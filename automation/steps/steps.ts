import { type AccountKey, accountOfNode, type Deployment, type NodeNumber } from "../../spec/deployment.ts";
import type { StackId } from "../../stacks/outputs.ts";

export const roles = [
  "infrastructure-admin",
  "policy-node0-admin",
  "policy-node1-admin",
  "policy-node2-admin",
  "auditor",
] as const;
export type Role = (typeof roles)[number];

export type ActionId =
  | "doctor"
  | "ers"
  | "tokens"
  | "authenticate"
  | "environment"
  | "specs"
  | "release"
  | "dns-delegation"
  | "service-images"
  | `secrets-policy-node${NodeNumber}`
  | "secrets-wallet"
  | `configure-policy-node${NodeNumber}`
  | "database-init"
  | "start"
  | "bootstrap"
  | "backup";

export type StepId = StackId | ActionId;
export type StepKind = "check" | "action" | "stack" | "gate";

/** One step of the installation. Order, schedule, status table, documentation and selection by account all follow from this list. */
export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** Numbers of the vendor's published steps that it covers; empty for what the guide lost. */
  readonly published: readonly number[];
  /** Who performs it; `all`: everyone, each for their own account. */
  readonly role: Role | "all";
  /** The account that it reads and changes; null for steps that are everyone's. */
  readonly account: AccountKey | null;
  readonly kind: StepKind;
  readonly dependsOn: readonly StepId[];
}

const checks: readonly StepId[] = ["doctor", "environment"];
const prepared: readonly StepId[] = ["doctor", "environment", "authenticate", "specs", "release"];

function nodeAdmin(node: NodeNumber): Role {
  return `policy-node${node}-admin`;
}

function nodeSteps(node: NodeNumber, baseline: StepId): Step[] {
  const role = nodeAdmin(node);
  const account = accountOfNode(node);
  return [
    {
      id: `policy-node${node}-long-lived`,
      title: `Keys and vault of policy node ${node}`,
      published: [12],
      role,
      account,
      kind: "stack",
      dependsOn: [baseline],
    },
    {
      id: `secrets-policy-node${node}`,
      title: `Secrets of policy node ${node}, born in its own vault`,
      published: [13],
      role,
      account,
      kind: "action",
      dependsOn: [`policy-node${node}-long-lived`],
    },
    {
      id: `configure-policy-node${node}`,
      title: `Configuration and peer list of policy node ${node}, signed`,
      published: [13],
      role,
      account,
      kind: "action",
      dependsOn: [`secrets-policy-node${node}`, "secrets-wallet", "wallet-long-lived"],
    },
  ];
}

/** All steps in the order in which they are shown; every step comes after those it depends on. */
export function stepsOf(deployment: Deployment): readonly Step[] {
  const infrastructure = { role: "infrastructure-admin", account: "infrastructure" } as const;
  const everyone = { role: "all", account: null } as const;
  const sandbox = deployment.profile === "sandbox";
  const baselineOf = (node: NodeNumber): StepId =>
    sandbox || node === 0 ? "baseline-infrastructure" : `baseline-policy-node${node}`;
  const baselines: Step[] = ([1, 2] as const).map((node) => ({
    id: `baseline-policy-node${node}`,
    title: `Baseline of policy node ${node}'s account: roles, trail, alarms`,
    published: [9],
    role: nodeAdmin(node),
    account: accountOfNode(node),
    kind: "stack",
    dependsOn: prepared,
  }));
  const byNode = ([0, 1, 2] as const).map((node) => nodeSteps(node, baselineOf(node)));
  const pick = (index: number) => byNode.map((steps) => steps[index]).filter((step) => step !== undefined);
  return [
    {
      id: "doctor",
      title: "Runtime, engine, credentials of the right account",
      published: [1],
      ...everyone,
      kind: "check",
      dependsOn: [],
    },
    {
      id: "ers",
      title: "Emergency recovery key and its custodians",
      published: [2],
      ...infrastructure,
      kind: "check",
      dependsOn: [],
    },
    {
      id: "tokens",
      title: "Customer tokens present and well-formed",
      published: [3],
      ...infrastructure,
      kind: "check",
      dependsOn: [],
    },
    {
      id: "authenticate",
      title: "Vendor's registry, signatures checked by digest",
      published: [4, 5],
      ...everyone,
      kind: "action",
      dependsOn: ["doctor"],
    },
    {
      id: "environment",
      title: "Environment name against the specification",
      published: [6],
      ...everyone,
      kind: "check",
      dependsOn: [],
    },
    {
      id: "specs",
      title: "bd-wallet.yaml and bootstrap.yaml from the vendor's bucket",
      published: [7],
      ...everyone,
      kind: "action",
      dependsOn: checks,
    },
    {
      id: "release",
      title: "The release, pulled by its verified digest",
      published: [8],
      ...everyone,
      kind: "action",
      dependsOn: ["authenticate"],
    },
    {
      id: "baseline-infrastructure",
      title: "Baseline of the infrastructure account: network, roles, cluster, trail",
      published: [9],
      ...infrastructure,
      kind: "stack",
      dependsOn: [...prepared, "ers", "tokens"],
    },
    ...(sandbox ? [] : baselines),
    {
      id: "dns-delegation",
      title: "Delegation of the deployment's zone",
      published: [],
      ...infrastructure,
      kind: "gate",
      dependsOn: ["baseline-infrastructure"],
    },
    {
      id: "service-images",
      title: "Verified images copied into the account's registry",
      published: [10],
      ...infrastructure,
      kind: "action",
      dependsOn: ["baseline-infrastructure", "release"],
    },
    {
      id: "wallet-long-lived",
      title: "Databases, certificate, backups, keys and vaults of wallet and broker",
      published: [11],
      ...infrastructure,
      kind: "stack",
      dependsOn: ["baseline-infrastructure", "dns-delegation", "service-images"],
    },
    ...pick(0),
    ...pick(1),
    {
      id: "secrets-wallet",
      title: "Secrets of wallet and broker; certificates and peer bundle",
      published: [13],
      ...infrastructure,
      kind: "action",
      dependsOn: [
        "wallet-long-lived",
        "secrets-policy-node0",
        "secrets-policy-node1",
        "secrets-policy-node2",
      ],
    },
    ...pick(2),
    {
      id: "database-init",
      title: "One database and one role a component",
      published: [13],
      ...infrastructure,
      kind: "action",
      dependsOn: ["secrets-wallet"],
    },
    {
      id: "wallet",
      title: "Broker, wallet and services behind the load balancer",
      published: [14],
      ...infrastructure,
      kind: "stack",
      dependsOn: ["wallet-long-lived", "secrets-wallet", "database-init"],
    },
    {
      id: "nitro-nodes",
      title: "Hosts of the three policy nodes",
      published: [14],
      ...infrastructure,
      kind: "stack",
      dependsOn: [
        "wallet",
        "configure-policy-node0",
        "configure-policy-node1",
        "configure-policy-node2",
        "policy-node0-long-lived",
        "policy-node1-long-lived",
        "policy-node2-long-lived",
      ],
    },
    {
      id: "start",
      title: "Wallet started",
      published: [14],
      ...infrastructure,
      kind: "action",
      dependsOn: ["nitro-nodes"],
    },
    {
      id: "bootstrap",
      title: "Users and policies",
      published: [15],
      ...infrastructure,
      kind: "action",
      dependsOn: ["start"],
    },
    {
      id: "backup",
      title: "Backup of the master key, witnessed",
      published: [16],
      ...infrastructure,
      kind: "gate",
      dependsOn: ["bootstrap"],
    },
  ];
}

/** The step of this id; that there is none is a mistake of this program. */
export function stepNamed(steps: readonly Step[], id: StepId): Step {
  const step = steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`The list of steps has no ${id}.`);
  return step;
}

/** Whether a person in these roles performs the step. The infrastructure admin is node 0's admin unless the deployment names another. */
export function performs(chosen: readonly Role[], step: Step, deployment: Deployment): boolean {
  if (step.role === "all") return chosen.some((role) => role !== "auditor");
  if (chosen.includes(step.role)) return true;
  return (
    step.role === "policy-node0-admin" &&
    deployment.admins.policyNode0 === undefined &&
    chosen.includes("infrastructure-admin")
  );
}
