import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { World } from "../../../isolation/world.ts";
import { bounded, member, node, outside, own, smallWorld, target } from "./small-world.ts";
import type { Sample } from "./worlds.ts";

const folder = fileURLToPath(new URL("../../../tools/oracle", import.meta.url));

/** Installs the independent evaluator where it is missing. */
export function obtainOracle(): void {
  if (existsSync(`${folder}/node_modules/@cloud-copilot/iam-simulate/package.json`)) return;
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder], {
    stdio: "ignore",
  });
}

export type OracleAnswer =
  | { readonly allowed: boolean; readonly outcome: string }
  | { readonly error: unknown };

/** Asks the independent evaluator, in a process of its own. */
export async function askOracle(requests: readonly unknown[]): Promise<readonly OracleAnswer[]> {
  const child = spawn(process.execPath, [`${folder}/worker.mjs`], { stdio: ["pipe", "pipe", "inherit"] });
  const answers: OracleAnswer[] = [];
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line));
  })();
  for (const request of requests) {
    const more = child.stdin.write(`${JSON.stringify(request)}\n`);
    if (!more) await new Promise((resolve) => child.stdin.once("drain", resolve));
  }
  child.stdin.end();
  await read;
  return answers;
}

const all = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** A sample as the independent evaluator reads it: it fills in no fact by itself, and wants FullAWSAccess told. */
export function simulationOf({ parts, caller, action, resource, context }: Sample): {
  readonly simulation: unknown;
  /** For the question whether any context will do: the facts are known, absent ones too. */
  readonly discovery: unknown;
} {
  const world = smallWorld(parts);
  const account = caller.split(":")[4] ?? "";
  const holder = caller.includes(":assumed-role/") ? node : caller;
  const listed = world.principals.find(({ arn }) => arn === holder);
  const trusting = action === "sts:AssumeRole";
  const held = world.resources.find(({ arn }) => arn === resource || resource.startsWith(`${arn}/`));
  const owner = held?.account ?? own;
  const trust = world.principals.find(({ arn }) => arn === target)?.trust;
  const resourcePolicy = withStatements(trusting ? trust : held?.policy, action);
  const facts: Record<string, unknown> = {
    "aws:PrincipalArn": holder,
    "aws:PrincipalAccount": account,
    ...(account === member ? { "aws:PrincipalOrgID": "o-member" } : {}),
    ...(action.startsWith("kms:") ? { "kms:CallerAccount": account } : {}),
    ...Object.fromEntries(
      Object.entries(listed?.tags ?? {}).map(([tag, value]) => [`aws:PrincipalTag/${tag}`, value]),
    ),
  };
  const chosen = Object.fromEntries(Object.entries(context).filter(([, value]) => value !== null));
  const known = [...factKeys, ...Object.keys(facts)];
  const simulation = (contextVariables: unknown) => ({
    request: { principal: caller, action, resource: { resource, accountId: owner }, contextVariables },
    identityPolicies:
      account === outside
        ? [{ name: "everything", policy: all }]
        : (listed?.identity ?? []).map(({ name, document }) => ({ name, policy: document })),
    serviceControlPolicies: levels(world, "scp", account),
    resourceControlPolicies: levels(world, "rcp", owner),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    ...(holder === bounded && listed?.boundary != null
      ? { permissionBoundaryPolicies: [{ name: "boundary", policy: listed.boundary }] }
      : {}),
  });
  return {
    simulation: { simulation: simulation({ ...facts, ...chosen }), options: { simulationMode: "Strict" } },
    discovery: {
      simulation: simulation(facts),
      options: {
        simulationMode: "Discovery",
        discoveryContextKeyConstraints: [...new Set(known)].map((keyName) => ({
          keyName,
          presenceIsKnown: true,
          valueIsKnown: true,
        })),
      },
    },
  };
}

const factKeys = ["aws:PrincipalOrgID", "aws:PrincipalTag/team", "kms:CallerAccount"];

/** Every key and every role has a policy; one without a statement is told as one that names only a service. */
function withStatements(document: Record<string, unknown> | null | undefined, action: string): unknown {
  const statements = document?.Statement;
  if (Array.isArray(statements) && statements.length > 0) return document;
  if (!action.startsWith("kms:") && action !== "sts:AssumeRole") return undefined;
  const nobody = { Effect: "Allow", Principal: { Service: "batch.amazonaws.com" }, Action: action };
  return {
    Version: "2012-10-17",
    Statement: [action === "sts:AssumeRole" ? nobody : { ...nobody, Resource: "*" }],
  };
}

/** The organization above, the account below; each level that has a policy has FullAWSAccess too. */
function levels(world: World, kind: "scp" | "rcp", account: string): unknown {
  const targets = account === member ? ["o-member", member] : [account];
  return targets.flatMap((on) => {
    const policies = world.organizationPolicies.filter((one) => one.kind === kind && one.target === on);
    if (policies.length === 0) return [];
    const full = kind === "scp" ? [{ name: "FullAWSAccess", policy: all }] : [];
    return [
      {
        orgIdentifier: on,
        policies: [
          ...full,
          ...policies.map(({ document }, index) => ({ name: `p${index}`, policy: document })),
        ],
      },
    ];
  });
}
