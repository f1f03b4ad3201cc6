import { indexWorld, type Principal, type StatementReference } from "../evaluation/access.ts";
import { type NamedPrincipal, type ParsedStatement, parseDocument } from "../evaluation/policy.ts";
import type { World } from "../world.ts";
import { principalOf } from "./actors.ts";
import { ask } from "./ask.ts";
import { candidates } from "./candidates.ts";
import { groundOf } from "./ground.ts";
import { accountOf } from "./parties.ts";
import {
  type Finding,
  findingWitness,
  nothingFound,
  type Obligation,
  statusOf,
  witnessOf,
} from "./result.ts";

/** Condition keys that say who the caller is in a way that keeps an outsider out. An organization's id does not. */
export const identifyingKeys = ["aws:principalaccount", "aws:principalarn", "kms:calleraccount"];

const namingKinds = ["kms-key", "secret", "bucket", "repository"];

/** A document of an account that can name somebody. */
export interface NamingDocument {
  readonly on: string;
  readonly document: "trust" | "policy";
  readonly kind: string;
  readonly content: unknown;
}

/** A repository's policy has no Resource, as AWS returns it; what else cannot be read may or may not count. */
export function isUncertain({ problems }: ParsedStatement, { kind }: NamingDocument): boolean {
  return problems.some((problem) => kind !== "repository" || problem !== "no readable Resource");
}

export function namingDocuments(world: World, account: string): NamingDocument[] {
  const trusts = world.principals
    .filter(({ arn, kind }) => kind === "role" && accountOf(arn) === account)
    .map(({ arn, trust }) => ({ on: arn, document: "trust" as const, kind: "role", content: trust }));
  const policies = world.resources
    .filter((resource) => resource.account === account && namingKinds.includes(resource.kind))
    .map(({ arn, kind, policy }) => ({
      on: arn,
      document: "policy" as const,
      kind,
      content: policy ?? undefined,
    }));
  return [...trusts, ...policies].filter(({ content }) => content !== undefined);
}

/** P3: no Allow of a trust or resource policy of a shard account names a stranger. */
export function namingObligation(
  world: World,
  account: string,
  worldFindings: readonly Finding[],
): Obligation {
  return nothingFound(`P3:${account}`, [...worldFindings, ...namingFindings(world, account)]);
}

function namingFindings(world: World, account: string): Finding[] {
  return namingDocuments(world, account).flatMap((document) => {
    const { on, document: name, content } = document;
    const parsed = parseDocument(content, name === "trust" ? "trust" : "resource");
    if ("problem" in parsed) {
      const witness = findingWitness("*", on, `the ${name} of ${on} cannot be read: ${parsed.problem}`);
      return [{ status: "undecided" as const, witness }];
    }
    return parsed.statements
      .filter(({ effect }) => effect === "Allow")
      .flatMap((statement) => [...strangersIn(world, account, document, statement)]);
  });
}

function* strangersIn(
  world: World,
  account: string,
  document: NamingDocument,
  statement: ParsedStatement,
): Generator<Finding> {
  const { on, document: name } = document;
  const { index, sid } = statement;
  const reference: StatementReference = { on, document: name, index, ...(sid === undefined ? {} : { sid }) };
  const action = statement.actions[0] ?? "*";
  const finding = (principal: string, text: string, status: Finding["status"] = "violated"): Finding => ({
    status: isUncertain(statement, document) ? "undecided" : status,
    witness: { ...findingWitness(principal, on, text), action, statements: [reference] },
  });
  const strangers = (statement.principals ?? []).filter(
    (named) => statement.notPrincipals || !isInside(named, account),
  );
  for (const { type, value } of strangers) {
    if (type === "Service" && !statement.notPrincipals) {
      if (!isPinned(statement, document, account))
        yield finding(
          value,
          `${value} may act for whichever account: no aws:SourceAccount or aws:SourceArn pins it`,
        );
    } else if (type !== "AWS" && !statement.notPrincipals) {
      yield finding(value, `${value} is no identity of account ${account}`);
    }
  }
  if (!statement.notPrincipals && strangers.every(({ type }) => type !== "AWS")) return;
  const spared = sparedOn(world, account, on);
  for (const { principal, answer } of matching(world, account, statement)) {
    if (spared.includes(principal.arn)) continue;
    const status = statusOf(answer.verdict);
    if (status === "holds") continue;
    const { witness } = finding(
      principal.arn,
      `${on} names ${principal.arn}, which is outside account ${account}`,
    );
    yield {
      status: isUncertain(statement, document) ? "undecided" : status,
      witness: { ...witnessOf(witness, { ...answer, statements: [] }), context: answer.context },
    };
  }
}

/** Who is named and belongs to the account. */
export function isInside({ type, value }: NamedPrincipal, account: string): boolean {
  if (type === "AWS") return value === account || accountOf(value) === account;
  return type === "Federated" && accountOf(value) === account;
}

/** Outsiders that may be named on this resource: the node's role on what is its own, readers and verifiers. */
export function sparedOn(world: World, account: string, on: string): string[] {
  return world.shards
    .filter((shard) => shard.account === account)
    .flatMap(({ keyArn, vaultKeyArn, secretArns, nodeRoleArn, readerArns, verifierArns }) => [
      ...readerArns,
      ...verifierArns,
      ...([keyArn, vaultKeyArn, ...secretArns].includes(on) ? [nodeRoleArn] : []),
    ]);
}

/**
 * Outsiders whom the statement's principals and the conditions on the caller's identity let through. The statement is judged alone, as
 * the policy of a key on which everything is allowed: its other conditions say when, not who.
 */
function* matching(world: World, account: string, statement: ParsedStatement) {
  const alone = aloneOnKey(statement, account);
  const identities = world.principals.map(({ arn, kind }) => ({ arn, kind, identity: [] }));
  const stage: World = {
    ...world,
    principals: identities,
    resources: [
      { arn: `arn:aws:kms:us-east-1:${account}:key/stage`, account, kind: "kms-key", policy: alone },
    ],
    organizationPolicies: [],
  };
  const ground = groundOf(indexWorld(stage));
  const outside = (principal: Principal) => principal.kind !== "service" && principal.account !== account;
  const named = (statement.principals ?? [])
    .filter(({ type, value }) => type === "AWS" && value.startsWith("arn:"))
    .map(({ value }) => principalOf(world, value));
  for (const principal of [...named, ...candidates(world, account, [alone])].filter(outside)) {
    const actor = { principal, powers: "everything" } as const;
    yield { principal, answer: ask(ground, actor, "kms:DescribeKey", stage.resources[0]?.arn ?? "") };
  }
}

function aloneOnKey(statement: ParsedStatement, account: string) {
  const named = Object.groupBy(statement.principals ?? [], ({ type }) => type);
  const principals = Object.fromEntries(
    Object.entries(named).map(([type, values = []]) => [type, values.map(({ value }) => value)]),
  );
  const condition: Record<string, Record<string, readonly string[]>> = {};
  for (const { operator, key, values } of statement.conditions) {
    if (identifyingKeys.includes(key.toLowerCase()))
      condition[operator] = { ...condition[operator], [key]: values };
  }
  const element = statement.notPrincipals ? "NotPrincipal" : "Principal";
  const only = {
    Effect: "Allow",
    [element]: principals,
    Action: "kms:*",
    Resource: "*",
    Condition: condition,
  };
  return { Version: "2012-10-17", Id: account, Statement: [only] };
}

/** A service acts for others: a policy must say for which account. In a role's trust it acts for the account that passed the role. */
export function isPinned(
  statement: ParsedStatement,
  { document, kind }: NamingDocument,
  account: string,
): boolean {
  if (document === "trust") return true;
  return statement.conditions.some(({ operator, key, values }) => {
    const name = key.toLowerCase();
    if (values.length === 0) return false;
    if (name === "aws:sourceaccount")
      return (
        /^String(Equals|EqualsIgnoreCase|Like)$/.test(operator) && values.every((value) => value === account)
      );
    const byArn =
      name === "aws:sourcearn" || (name === "kms:encryptioncontext:aws:logs:arn" && kind === "kms-key");
    return (
      byArn &&
      /^(Arn(Equals|Like)|String(Equals|Like))$/.test(operator) &&
      values.every((value) => accountOf(value) === account || /^arn:aws:s3:::[^*?]+$/.test(value))
    );
  });
}
