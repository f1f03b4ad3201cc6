import type { Answer, ContextValue } from "../evaluation/access.ts";
import type { Shard } from "../world.ts";
import { type Actor, listedPrincipal } from "./actors.ts";
import { ask } from "./ask.ts";
import { edgesThrough, edgesTo } from "./edges.ts";
import type { Ground } from "./ground.ts";
import { accountOf } from "./parties.ts";
import { type Finding, findingWitness, nothingFound, type Obligation, witnessOf } from "./result.ts";

/** P5: the node role with each accepted measurement opens its key, reads its secrets and uses the vault key. */
export function vacuityObligation(
  ground: Ground,
  shard: Shard,
  worldFindings: readonly Finding[],
): Obligation {
  return nothingFound(`P5:${shard.node}`, [...worldFindings, ...vacuityFindings(ground, shard)]);
}

function* vacuityFindings(ground: Ground, shard: Shard): Generator<Finding> {
  const listed = ground.index.principals.get(shard.nodeRoleArn);
  if (listed === undefined) {
    const text = `the node role ${shard.nodeRoleArn} is not among the principals: what it may do is not known`;
    yield { status: "undecided", witness: findingWitness(shard.nodeRoleArn, shard.keyArn, text) };
    return;
  }
  const actor: Actor = { principal: listedPrincipal(listed), powers: "as listed" };
  function* can(action: string, resource: string, context: Readonly<Record<string, ContextValue>> = {}) {
    const answer = exists(ground, resource) ? ask(ground, actor, action, resource, { context }) : missing;
    if (answer.verdict === "allowed") return;
    const finding = `the node role cannot ${action} on ${resource}${exists(ground, resource) ? "" : ", which is not among the resources"}`;
    const request = { principal: shard.nodeRoleArn, action, resource, finding };
    const { context: _, ...witness } = witnessOf(request, answer);
    yield {
      status: answer.verdict === "refused" ? ("violated" as const) : ("undecided" as const),
      witness: { ...witness, context },
    };
  }
  for (const measurements of accepted(shard)) yield* can("kms:Decrypt", shard.keyArn, measurements);
  for (const secret of shard.secretArns) {
    yield* can("secretsmanager:GetSecretValue", secret);
    yield* can("kms:Decrypt", shard.vaultKeyArn, {
      ...unattested,
      "kms:ViaService": `secretsmanager.${secret.split(":")[3] ?? ""}.amazonaws.com`,
      "kms:EncryptionContext:SecretARN": secret,
    });
  }
}

const missing: Answer = { verdict: "refused", context: {}, statements: [], unknowns: [] };

function exists(ground: Ground, resource: string): boolean {
  return ground.index.resources.has(resource);
}

/** Secrets Manager's own decryption carries no attestation document. */
const unattested = Object.fromEntries(
  ["ImageSha384", ...Array.from({ length: 32 }, (_, register) => `PCR${register}`)].map((name) => [
    `kms:RecipientAttestation:${name}`,
    null,
  ]),
);

/** Every combination of one measurement from each list; ImageSha384 is another name of PCR0. */
function accepted({ pcrs }: Shard): Record<string, ContextValue>[] {
  let combinations: Record<string, ContextValue>[] = [{}];
  for (const [register, values = []] of Object.entries(pcrs)) {
    combinations = combinations.flatMap((before) =>
      values.map((value) => ({
        ...before,
        [`kms:RecipientAttestation:PCR${register}`]: value,
        ...(register === "0" ? { "kms:RecipientAttestation:ImageSha384": value } : {}),
      })),
    );
  }
  return combinations;
}

/** P7: of the listed principals only the host's administrators become the node role in one step. */
export function hostObligation(ground: Ground, shard: Shard): Obligation {
  return nothingFound(`P7:${shard.node}`, hostFindings(ground, shard));
}

function* hostFindings(ground: Ground, { nodeRoleArn, hostAdminArns }: Shard): Generator<Finding> {
  const { principals, parties, resources } = ground.index.world;
  const account = accountOf(nodeRoleArn);
  const administrators = parties
    .filter(({ accounts }) => accounts.includes(account))
    .flatMap((party) => party.principals);
  const exempt = new Set([nodeRoleArn, ...hostAdminArns, ...administrators]);
  const role = principals.find(({ arn }) => arn === nodeRoleArn);
  const hosts = resources.filter((one) => one.kind === "compute" && one.roleArn === nodeRoleArn);
  for (const listed of principals) {
    if (exempt.has(listed.arn)) continue;
    const from: Actor = { principal: listedPrincipal(listed), powers: "as listed" };
    const edges = [
      ...(role === undefined ? [] : edgesTo(ground, from, role)),
      ...hosts.flatMap((host) => edgesThrough(ground, from, host)),
    ];
    for (const { step, action, resource, answer } of edges) {
      yield {
        status: answer.verdict === "allowed" ? "violated" : "undecided",
        witness: witnessOf({ principal: listed.arn, path: [step], action, resource }, answer),
      };
    }
  }
}
