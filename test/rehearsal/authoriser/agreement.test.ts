import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Answer,
  type ContextValue,
  indexWorld,
  mayAccess,
} from "../../../isolation/evaluation/access.ts";
import type { World } from "../../../isolation/world.ts";
import { bearingOn } from "../../../rehearsal/authoriser/bearing.ts";
import { contextOf } from "../../../rehearsal/authoriser/context.ts";
import { judge } from "../../../rehearsal/authoriser/judge.ts";
import type { Decided } from "../../../rehearsal/authoriser/question.ts";
import type { Caller } from "../../../rehearsal/request.ts";
import type { Store, StoredObject } from "../../../rehearsal/store.ts";
import { asList } from "../../../rehearsal/stored-policy.ts";
import {
  ask,
  management,
  member,
  own,
  smallWorld,
  stranger,
} from "../../isolation/evaluation/small-world.ts";
import type { Sample } from "../../isolation/evaluation/worlds.ts";
import { agreementSamples } from "./agreement-samples.ts";
import { memory, now, request } from "./world.ts";

/**
 * The prover asks whether some context allows a call; the stand-in decides one request. They were written apart, so where the two differ
 * one of them is wrong. Not compared: a grant's constraints, which the prover does not believe, and unknown keys and operators, which
 * it leaves undecided.
 */
const requests = process.env.IVAULT_FULL === "1" ? 50_000 : 2_000;
const batch = 1_000;
const batches = Array.from({ length: requests / batch }, (_, index) => index);
const chosenSession = "the session's name";

/** One request as the stand-in would decide it: the keys that follow from caller and resource are its own, the others are given. */
function decideConcretely(
  store: Store,
  { caller: arn, action, resource }: Sample,
  given: Readonly<Record<string, ContextValue>>,
): {
  readonly decided: Decided;
  readonly context: ReadonlyMap<string, readonly string[]>;
  readonly caller: string;
} {
  const caller = callerOf(arn, given[chosenSession]);
  const resourceAccount = resource.split(":")[4] || own;
  const context = new Map(
    contextOf(
      store,
      {
        caller,
        request: request(caller, action, resource, { region: "eu-central-1" }),
        right: { action, resource },
        resourceAccount,
      },
      now,
    ),
  );
  for (const [name, value] of Object.entries(given)) {
    const keys = [name.toLowerCase()];
    // One document attests both: the digest of the image is its first measurement.
    if (keys[0] === "kms:recipientattestation:pcr0") keys.push("kms:recipientattestation:imagesha384");
    for (const key of keys) value === null ? context.delete(key) : context.set(key, asList(value));
  }
  const question = { caller, action, resource, resourceAccount, context };
  return {
    decided: judge(question, bearingOn(store, question, undefined)),
    context,
    caller: caller.principal,
  };
}

/** A role asks by a session of its own. */
function callerOf(arn: string, sessionName: ContextValue | undefined): Caller {
  if (!arn.startsWith("arn:")) return { account: own, principal: arn };
  const account = arn.split(":")[4] ?? "";
  const name = typeof sessionName === "string" ? sessionName : "alice";
  return {
    account,
    principal: arn.replace(/^arn:aws:iam::(\d+):role\/(.*)$/, `arn:aws:sts::$1:assumed-role/$2/${name}`),
  };
}

/** The world as the stand-in stores it; whoever is not listed holds everything. */
function stored(world: World): Store {
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const unlisted = {
    arn: stranger,
    kind: "role" as const,
    identity: [{ name: "own", document: everything }],
  };
  return memory([
    ...[...world.principals, unlisted].flatMap(principalObjects),
    ...world.resources.flatMap(resourceObjects),
    object(management, "organizations:organization", "o-member", {
      managementAccount: management,
      members: [member],
    }),
    ...world.organizationPolicies.map(({ target, kind, document }, index) =>
      object(management, "organizations:policy", `p-${index}`, {
        target,
        kind,
        policy: JSON.stringify(document),
      }),
    ),
  ]);
}

function object(
  account: string,
  type: string,
  id: string,
  properties: StoredObject["properties"],
  arn: string | null = null,
): StoredObject {
  return { account, type, id, arn, properties };
}

function principalObjects({ arn, kind, trust, identity, boundary, tags = {} }: World["principals"][number]) {
  const account = arn.split(":")[4] ?? "";
  const name = arn.split("/").at(-1) ?? "";
  const boundaryArn = `arn:aws:iam::${account}:policy/${name}-boundary`;
  const permissionsBoundary = boundary == null ? undefined : boundaryArn;
  const types = {
    role: ["aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"],
    user: ["aws:iam/user:User", "aws:iam/userPolicy:UserPolicy"],
  } as const;
  const [holder, policy] = types[kind];
  const assumeRolePolicy = trust === undefined ? undefined : JSON.stringify(trust);
  return [
    object(account, holder, name, { name, arn, assumeRolePolicy, permissionsBoundary, tags }, arn),
    object(
      account,
      "aws:iam/policy:Policy",
      boundaryArn,
      { policy: JSON.stringify(boundary ?? "") },
      boundaryArn,
    ),
    ...identity.map((one) =>
      object(account, policy, `${name}:${one.name}`, {
        [kind]: name,
        name: one.name,
        policy: JSON.stringify(one.document),
      }),
    ),
  ];
}

function resourceObjects({ arn, account, kind, policy: document, grants = [] }: World["resources"][number]) {
  const policy = document == null ? "" : JSON.stringify(document);
  const id = arn.split(/[:/]/).at(-1) ?? "";
  if (kind === "kms-key")
    return [
      object(account, "aws:kms/key:Key", id, { keyId: id, arn, policy }, arn),
      ...grants.map((grant) =>
        object(account, "aws:kms/grant:Grant", grant.id, { ...grant, grantId: grant.id, keyId: arn }),
      ),
    ];
  if (kind === "secret")
    return [object(account, "aws:secretsmanager/secret:Secret", arn, { arn, policy }, arn)];
  const type =
    kind === "bucket" ? "aws:s3/bucketPolicy:BucketPolicy" : "aws:ecr/repositoryPolicy:RepositoryPolicy";
  return [object(account, type, id, { policy })];
}

/** Facts about caller and resource, which both sides have to find by themselves. */
const isFact = (key: string) =>
  /^(aws:(principal|resource|username|userid|sourceaccount)|kms:(calleraccount|keyorigin|multiregion))/.test(
    key,
  );

interface Compared {
  readonly sample: Sample;
  readonly concrete: Decided;
  readonly asConcrete: Answer["verdict"];
  readonly inSomeContext: Answer["verdict"];
  readonly witness: Answer["context"];
  /** What the stand-in says of the witness; undefined where there is none. */
  readonly replayed: Decided | undefined;
}

function compare(sample: Sample): Compared {
  const world = smallWorld(sample.parts);
  const store = stored(world);
  const indexed = indexWorld(world);
  const { action, resource } = sample;
  const { decided, context, caller } = decideConcretely(store, sample, sample.context);
  const chosen = Object.fromEntries(
    [...context]
      .filter(([key]) => !isFact(key))
      .map(([key, values]): [string, ContextValue] => [
        key,
        values.length === 1 ? (values[0] ?? null) : values,
      ]),
  );
  const asConcrete = mayAccess(indexed, ask(caller, action, resource, { context: chosen, closed: true }));
  const some = mayAccess(indexed, ask(sample.caller, action, resource));
  return {
    sample,
    concrete: decided,
    asConcrete: asConcrete.verdict,
    inSomeContext: some.verdict,
    witness: some.context,
    replayed: some.verdict === "allowed" ? decideConcretely(store, sample, some.context).decided : undefined,
  };
}

test.each(batches)(
  "what the stand-in allows the prover finds, and what the prover finds the stand-in allows, batch %i",
  (index) => {
    const compared = fc.sample(agreementSamples, { numRuns: batch, seed: 9_000 + index }).map(compare);
    const missed = compared.filter(
      ({ concrete, asConcrete, inSomeContext }) =>
        concrete.allowed && [asConcrete, inSomeContext].includes("refused"),
    );
    const invented = compared.filter(
      ({ concrete, asConcrete, replayed }) =>
        (asConcrete === "allowed" && !concrete.allowed) || replayed?.allowed === false,
    );
    expect({ missed: missed.slice(0, 1), invented: invented.slice(0, 1) }).toEqual({
      missed: [],
      invented: [],
    });
    // Samples that are nearly always refused, or undecided, would not test much.
    const share = (which: (one: Compared) => boolean) => compared.filter(which).length / batch;
    expect(share(({ concrete }) => concrete.allowed)).toBeGreaterThan(0.1);
    expect(share(({ replayed }) => replayed !== undefined)).toBeGreaterThan(0.15);
    expect(share(({ asConcrete }) => asConcrete === "undecided")).toBeLessThan(0.15);
  },
  120_000,
);
