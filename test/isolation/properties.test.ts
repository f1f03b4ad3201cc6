import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootArn } from "../../isolation/arns.ts";
import { buildModel } from "../../isolation/build-model.ts";
import { grammarProblems } from "../../isolation/grammar.ts";
import type { Model } from "../../isolation/model.ts";
import { type OneOrMany, policyText, type Statement } from "../../isolation/policy.ts";
import { type Deployment, nodeNumbers } from "../../spec/deployment.ts";
import { documentsOf, type NamedDocument } from "./documents.ts";
import { fixtureDeployment } from "./fixture.ts";

/** AWS's limits on a document's size, in characters or bytes, which are the same for our texts. */
const limits = {
  key: 32_768,
  secret: 20_480,
  bucket: 20_480,
  endpoint: 20_480,
  trust: 2_048,
  topic: 30_720,
} as const;
const inlinePoliciesOfRole = 10_240;

const label = (longest: number) =>
  fc.stringMatching(new RegExp(`^[a-z]([a-z0-9-]{0,${longest - 2}}[a-z0-9])$`));
const accountId = fc.stringMatching(/^[0-9]{12}$/);
const measurement = fc.stringMatching(/^[1-9a-f][0-9a-f]{95}$/);
const services = fc.subarray(["orchestrator", "approval-service"]).map((optional) => ["wallet", ...optional]);

/** Deployments with names of every length that fits, two measurements at times, and one account or three. */
const deployments: fc.Arbitrary<Deployment> = fc
  .record({
    namespace: label(18),
    environment: label(18),
    region: fc.constantFrom("us-east-2", "eu-central-1", "ap-southeast-2"),
    ids: fc.uniqueArray(accountId, { minLength: 4, maxLength: 4 }),
    sandbox: fc.boolean(),
    pcr0: fc.array(measurement, { minLength: 1, maxLength: 2 }),
  })
  .map(({ namespace, environment, region, ids, sandbox, pcr0 }) => {
    const [auditor = "", ...three] = ids;
    const [a = "", b = "", c = ""] = sandbox ? [three[0], three[0], three[0]] : three;
    const person = (id: string) => ({
      name: `Admin of ${id}`,
      principals: [`arn:aws:iam::${id}:user/admin`],
    });
    const account = (id: string) => ({ ...fixtureDeployment.accounts.infrastructure, id });
    return {
      ...fixtureDeployment,
      profile: sandbox ? "sandbox" : "production",
      namespace,
      environment,
      region,
      accounts: { infrastructure: account(a), policyNode1: account(b), policyNode2: account(c) },
      admins: { infrastructure: person(a), policyNode1: person(b), policyNode2: person(c) },
      auditors: [person(auditor)],
      release: { ...fixtureDeployment.release, enclave: { ...fixtureDeployment.release.enclave, pcr0 } },
    };
  });

function forAll(check: (model: Model, deployment: Deployment) => void): void {
  fc.assert(
    fc.property(deployments, services, (deployment, named) =>
      check(buildModel(deployment, named), deployment),
    ),
    { numRuns: 60 },
  );
}

function list(value: OneOrMany | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

/** Principals of AWS accounts that a statement allows something to. */
function named(statement: Statement): readonly string[] {
  if (statement.Effect === "Deny" || statement.Principal === undefined) return [];
  return statement.Principal === "*" ? ["*"] : list(statement.Principal.AWS);
}

/** Whom a document of this account may name from outside it. */
function admitted(
  model: Model,
  deployment: Deployment,
  { name }: NamedDocument,
  statement: Statement,
): readonly string[] {
  if (name.startsWith("trust-verifier-")) return deployment.auditors.flatMap((auditor) => auditor.principals);
  const host = statement.Condition?.ArnEquals?.["aws:PrincipalArn"];
  const node = nodeNumbers.find((number) => name.includes(`-policy-node${number}-`));
  const ownHost = node !== undefined && host === model.names.nodeRole(node).arn;
  return ownHost ? [rootArn(model.accountIds.infrastructure)] : [];
}

describe("for whatever deployment", () => {
  test("every document keeps to the grammar", () => {
    forAll((model) => {
      expect(documentsOf(model).flatMap(({ document, kind }) => grammarProblems(document, kind))).toEqual([]);
    });
  });

  test("no document allows anything to everybody, but for endpoints, which only limit", () => {
    forAll((model) => {
      const open = documentsOf(model).filter(
        ({ kind, document }) =>
          kind !== "endpoint" && document.Statement.some((statement) => named(statement).includes("*")),
      );
      expect(open).toEqual([]);
    });
  });

  test("no account names anybody outside it but its node's host, and auditors to read", () => {
    forAll((model, deployment) => {
      for (const document of documentsOf(model)) {
        if (document.kind === "endpoint") continue;
        for (const statement of document.document.Statement) {
          const own = `:${model.accountIds[document.account]}:`;
          const foreign = named(statement).filter((arn) => !arn.includes(own));
          const allowed = admitted(model, deployment, document, statement);
          expect(foreign.filter((arn) => !allowed.includes(arn))).toEqual([]);
        }
      }
    });
  });

  test("no role of a shard's account may touch anything of another shard's account", () => {
    forAll((model) => {
      for (const role of Object.values(model.roles)) {
        const others = Object.values(model.accountIds).filter((id) => id !== model.accountIds[role.account]);
        const granted = role.identity.filter(({ name }) => name !== "shard-access");
        for (const { document } of granted) {
          const resources = document.Statement.flatMap(({ Resource }) => list(Resource));
          expect(resources.filter((arn) => others.some((id) => arn.includes(`:${id}:`)))).toEqual([]);
        }
      }
    });
  });

  test("every Deny has one condition at most", () => {
    forAll((model) => {
      for (const { document } of documentsOf(model)) {
        for (const { Effect, Condition } of document.Statement) {
          if (Effect === "Deny")
            expect(Object.values(Condition ?? {}).flatMap(Object.keys).length).toBeLessThan(2);
        }
      }
    });
  });

  test("every document fits into what AWS takes", () => {
    forAll((model) => {
      for (const { kind, name, document } of documentsOf(model)) {
        if (kind === "identity" || kind === "repository") continue;
        expect([name, policyText(document).length <= limits[kind]]).toEqual([name, true]);
      }
      for (const role of Object.values(model.roles)) {
        const together = role.identity.reduce((sum, inline) => sum + policyText(inline.document).length, 0);
        expect([role.name, together <= inlinePoliciesOfRole]).toEqual([role.name, true]);
        expect(role.name.length).toBeLessThanOrEqual(64);
      }
      for (const bucket of Object.values(model.buckets)) expect(bucket.name.length).toBeLessThanOrEqual(63);
    });
  });

  test("equal deployments give equal texts", () => {
    fc.assert(
      fc.property(deployments, services, (deployment, named) => {
        const text = () => JSON.stringify(documentsOf(buildModel(structuredClone(deployment), named)));
        expect(text()).toBe(text());
      }),
      { numRuns: 20 },
    );
  });
});
