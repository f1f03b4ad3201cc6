import type { Answer } from "../evaluation/access.ts";
import type { Shard } from "../world.ts";
import { plaintextCalls, sideDoors } from "./actions.ts";
import type { Member } from "./actors.ts";
import { ask } from "./ask.ts";
import { documentsAbout, mentionedIn } from "./candidates.ts";
import { isOpenTo } from "./conceivable.ts";
import type { Ground } from "./ground.ts";
import type { JudgedParty } from "./parties.ts";
import { type Finding, type Witness, witnessOf, worst } from "./result.ts";

/** The contexts in which the node role may use the key: every pinned measurement is presented. */
export function pinsOf({ pcrs }: Shard): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(pcrs).map(([register, values = []]) => [
      `kms:RecipientAttestation:PCR${register}`,
      values.map((value) => value.toLowerCase()),
    ]),
  );
}

/** How a party reaches a shard, or may; undefined: it does not. */
export function reachOf(
  ground: Ground,
  party: JudgedParty,
  members: readonly Member[],
  shard: Shard,
): Finding | undefined {
  return worst(waysTo(ground, party, members, shard));
}

function* waysTo(
  ground: Ground,
  party: JudgedParty,
  members: readonly Member[],
  shard: Shard,
): Generator<Finding> {
  if (party.holds.includes("ers-key") && party.holds.includes("backup")) yield byRecovery(party, shard);
  const standing = represented(ground, members, shard);
  const asking = standing.filter(({ principal }) => isOpenTo(ground, shard.keyArn, principal));
  for (const member of asking) yield* byGrant(ground, party, member, shard);
  for (const member of asking) {
    for (const action of sideDoors) {
      yield* found(party, member, action, shard.keyArn, ask(ground, member, action, shard.keyArn));
    }
    const except = member.principal.arn === shard.nodeRoleArn ? { except: [pinsOf(shard)] } : {};
    for (const action of plaintextCalls) {
      yield* found(party, member, action, shard.keyArn, ask(ground, member, action, shard.keyArn, except));
    }
  }
  yield* byPlanting(ground, party, asking, standing, shard);
}

/** Of those who count with everything, an unlisted principal of the account stands for all whom no policy mentions. */
function represented(ground: Ground, members: readonly Member[], shard: Shard): readonly Member[] {
  const representatives = new Set(
    members
      .filter(({ principal, certain }) => principal.kind === "unlisted" && certain)
      .map(({ principal }) => principal.account),
  );
  if (representatives.size === 0) return members;
  const isMentioned = mentionedIn(
    [shard.keyArn, ...shard.secretArns].flatMap((arn) => documentsAbout(ground.index, arn)),
  );
  return members.filter(
    ({ principal, powers }) =>
      powers === "as listed" ||
      principal.kind === "unlisted" ||
      principal.kind === "root" ||
      !representatives.has(principal.account) ||
      isMentioned(principal.arn),
  );
}

function* found(
  party: JudgedParty,
  member: Member,
  action: string,
  resource: string,
  answer: Answer,
): Generator<Finding> {
  if (answer.verdict === "refused") return;
  yield {
    status: answer.verdict === "allowed" && member.certain ? "violated" : "undecided",
    witness: witnessOf({ ...meansOf(party, member), action, resource }, answer),
  };
}

function meansOf(party: JudgedParty, { principal, path, statements }: Member) {
  return { party: party.id, principal: principal.arn, path, statements };
}

/** (d): a grant's constraints are ignored, and so are its operations. */
function* byGrant(ground: Ground, party: JudgedParty, member: Member, shard: Shard): Generator<Finding> {
  const key = ground.index.resources.get(shard.keyArn);
  for (const { id, granteePrincipal, operations } of key?.grants ?? []) {
    if (!isGrantee(granteePrincipal, member)) continue;
    const statements = [{ on: shard.keyArn, document: `grant:${id}`, index: 0 }];
    const answer: Answer = { verdict: "allowed", context: {}, statements, unknowns: [] };
    yield* found(party, member, `kms:${operations[0] ?? "CreateGrant"}`, shard.keyArn, answer);
  }
}

function isGrantee(grantee: string, { principal }: Member): boolean {
  if (grantee === principal.arn) return true;
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(grantee);
  return (
    session !== null &&
    principal.account === session[1] &&
    principal.arn.includes(":role/") &&
    principal.arn.endsWith(`/${session[2]}`)
  );
}

/** (c): who encrypts under the key and writes the secret can plant a password that they know; it may take two principals. */
function* byPlanting(
  ground: Ground,
  party: JudgedParty,
  encryptors: readonly Member[],
  writers: readonly Member[],
  shard: Shard,
): Generator<Finding> {
  const ways = (members: readonly Member[], action: string, resources: readonly string[]) =>
    worst(
      members.flatMap((member) =>
        resources.flatMap((resource) => [
          ...found(party, member, action, resource, ask(ground, member, action, resource)),
        ]),
      ),
    );
  const encrypting = ways(encryptors, "kms:Encrypt", [shard.keyArn]);
  if (encrypting === undefined) return;
  const writing = ways(writers, "secretsmanager:PutSecretValue", shard.secretArns);
  if (writing === undefined) return;
  yield {
    status: encrypting.status === "violated" && writing.status === "violated" ? "violated" : "undecided",
    witness: {
      ...writing.witness,
      path: joined(encrypting.witness.path, writing.witness.path),
      statements: [...encrypting.witness.statements, ...writing.witness.statements],
      finding: `${encrypting.witness.principal} may kms:Encrypt under ${shard.keyArn}: the party can plant a password that it knows`,
    },
  };
}

function joined(first: readonly string[], second: readonly string[]): string[] {
  return [...new Set([...first, ...second])];
}

/** (e): the emergency recovery key opens the backup of the master key, whoever guards the shards. */
function byRecovery(party: JudgedParty, { keyArn }: Shard): Finding {
  const witness: Witness = {
    party: party.id,
    principal: party.principals[0] ?? party.id,
    path: [`${party.id} holds the emergency recovery key and the backup of the master key`],
    action: "recover",
    resource: keyArn,
    context: {},
    statements: [],
    finding: "the emergency recovery key opens the backup, which holds every shard",
  };
  return { status: "violated", witness };
}
