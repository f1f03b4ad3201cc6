import type { IndexedWorld, Principal } from "../evaluation/access.ts";
import type { Shard } from "../world.ts";
import { plaintextCalls, secretWrites, sideDoors } from "./actions.ts";
import { ask } from "./ask.ts";
import { candidates, documentsAbout } from "./candidates.ts";
import type { Ground } from "./ground.ts";
import { pinsOf } from "./reach.ts";
import {
  type Finding,
  findingWitness,
  nothingFound,
  type Obligation,
  statusOf,
  witnessOf,
} from "./result.ts";

/** P1: nobody but the node role, presenting every pinned measurement, has a plaintext call on the sealing key. */
export function plaintextObligation(
  ground: Ground,
  shard: Shard,
  worldFindings: readonly Finding[],
): Obligation {
  return nothingFound(`P1:${shard.node}`, chain(worldFindings, plaintextFindings(ground, shard)));
}

function* plaintextFindings(ground: Ground, shard: Shard): Generator<Finding> {
  for (const principal of callersOf(ground.index, shard.keyArn)) {
    const except = principal.arn === shard.nodeRoleArn ? { except: [pinsOf(shard)] } : {};
    for (const action of plaintextCalls) yield* access(ground, principal, action, shard.keyArn, except);
  }
}

/** P2: nobody has a side door, the key's material is AWS's and in one Region, and only the sealers write the secrets. */
export function sideDoorObligation(ground: Ground, shard: Shard): Obligation {
  return nothingFound(`P2:${shard.node}`, sideDoorFindings(ground, shard));
}

function* sideDoorFindings(ground: Ground, shard: Shard): Generator<Finding> {
  yield* keyFindings(ground.index, shard);
  for (const principal of callersOf(ground.index, shard.keyArn)) {
    for (const action of sideDoors) {
      if (action === "kms:PutKeyPolicy" && shard.keyAdminArns.includes(principal.arn)) continue;
      yield* access(ground, principal, action, shard.keyArn);
    }
  }
  const writers = [...shard.sealerArns, ...shard.keyAdminArns];
  for (const secret of shard.secretArns) {
    for (const principal of callersOf(ground.index, secret)) {
      if (writers.includes(principal.arn)) continue;
      for (const action of secretWrites) yield* access(ground, principal, action, secret);
    }
  }
}

/** What the key itself is; a fact that is missing is unknown. */
function* keyFindings({ resources }: IndexedWorld, { keyArn }: Shard): Generator<Finding> {
  const key = resources.get(keyArn);
  if (key === undefined) return;
  const finding = (status: Finding["status"], text: string): Finding => ({
    status,
    witness: findingWitness(keyArn, keyArn, text),
  });
  if (key.multiRegion === true)
    yield finding("violated", "the key is multi-Region: a replica has a policy of its own");
  if (key.multiRegion === undefined)
    yield finding("undecided", "whether the key is multi-Region is not known");
  if (key.origin === undefined)
    yield finding("undecided", "where the key's material comes from is not known");
  else if (key.origin !== "AWS_KMS")
    yield finding(
      "violated",
      `the key's origin is ${key.origin}: somebody outside of KMS may hold its material`,
    );
}

/** Nothing that is not listed exists: there are no callers of a resource that is not. */
function callersOf(index: IndexedWorld, arn: string): readonly Principal[] {
  const account = index.resources.get(arn)?.account;
  return account === undefined ? [] : candidates(index.world, account, documentsAbout(index, arn));
}

function* access(
  ground: Ground,
  principal: Principal,
  action: string,
  resource: string,
  details: Parameters<typeof ask>[4] = {},
): Generator<Finding> {
  const answer = ask(ground, { principal, powers: "everything" }, action, resource, details);
  const status = statusOf(answer.verdict);
  if (status === "holds") return;
  yield { status, witness: witnessOf({ principal: principal.arn, action, resource }, answer) };
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}
