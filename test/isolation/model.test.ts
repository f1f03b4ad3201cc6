import { describe, expect, test } from "vitest";
import { pcr3 } from "../../enclave/pcr.ts";
import { rootArn } from "../../isolation/arns.ts";
import { buildModel } from "../../isolation/build-model.ts";
import type { KnownIdentifiers, Model } from "../../isolation/model.ts";
import type { OneOrMany, PolicyDocument, Statement } from "../../isolation/policy.ts";
import { ModelError } from "../../isolation/scope.ts";
import { nodeNumbers } from "../../spec/deployment.ts";
import { fixtureDeployment, fixtureModel, fixtureServices, sandboxModel } from "./fixture.ts";

const model = fixtureModel();

function list(value: OneOrMany | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function entry<T>(entries: Readonly<Record<string, T>>, name: string): T {
  const found = entries[name];
  if (found === undefined) throw new Error(`The model has no ${name}.`);
  return found;
}

const keyPolicy = (name: string, of: Model = model) => entry(of.keys, name).policy;
const sids = (document: PolicyDocument) => document.Statement.map((statement) => statement.Sid);

/** Statements of a document that allow the call, wildcards in actions considered. */
function allowing(document: PolicyDocument, call: string): readonly Statement[] {
  const covers = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i").test(call);
  return document.Statement.filter(
    (statement) => statement.Effect === "Allow" && list(statement.Action).some(covers),
  );
}

function identityOf(role: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: entry(model.roles, role).identity.flatMap(({ document }) => document.Statement),
  };
}

const plaintextCalls = [
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:DeriveSharedSecret",
];
const sideDoors = [
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:CreateGrant",
  "kms:ReplicateKey",
  "kms:UpdatePrimaryRegion",
  "kms:ImportKeyMaterial",
  "kms:DeleteImportedKeyMaterial",
];

describe.each(nodeNumbers)("sealing key of policy node %i", (node) => {
  const document = keyPolicy(`policy-node${node}-sealing`);

  test("has the statements of the design, in their order", () => {
    expect(sids(document)).toEqual([
      "AttestedDecrypt",
      "DenyUnattestedPCR0",
      "DenyUnattestedPCR3",
      "DenySideDoors",
      "Seal",
      "KeyAdmin",
      "BreakGlass",
      "Root",
    ]);
  });

  test("opens for the node's own host in the wallet account, with image and role measured", () => {
    const [statement, ...others] = plaintextCalls.flatMap((call) => allowing(document, call));
    expect(others).toEqual([]);
    expect(statement?.Principal).toEqual({ AWS: rootArn("111111111111") });
    expect(statement?.Condition).toMatchObject({
      ArnEquals: { "aws:PrincipalArn": model.names.nodeRole(node).arn },
      StringEqualsIgnoreCase: {
        "kms:RecipientAttestation:PCR0": fixtureDeployment.release.enclave.pcr0,
        "kms:RecipientAttestation:PCR3": pcr3(model.names.nodeRole(node).arn),
      },
    });
  });

  test("denies everybody each plaintext call without each measurement", () => {
    for (const sid of ["DenyUnattestedPCR0", "DenyUnattestedPCR3"]) {
      const statement = document.Statement.find((candidate) => candidate.Sid === sid);
      expect(statement).toMatchObject({ Effect: "Deny", Principal: "*", Action: plaintextCalls });
    }
  });

  test("denies everybody the ways around attestation", () => {
    const statement = document.Statement.find(({ Sid }) => Sid === "DenySideDoors");
    expect(statement?.Condition).toBeUndefined();
    expect(sideDoors.flatMap((call) => allowing(document, call))).toEqual([]);
    expect(allowing(document, "kms:Encrypt")).toEqual([]);
  });

  test("lets its key-admin role alone change the policy", () => {
    const principals = allowing(document, "kms:PutKeyPolicy").map(({ Principal }) => Principal);
    expect(principals).toEqual([{ AWS: model.names.keyAdminRole(node).arn }]);
  });

  test("is sealed by the sealing role, which cannot open it", () => {
    const sealing = allowing(document, "kms:GenerateDataKeyWithoutPlaintext");
    expect(sealing.map(({ Principal }) => Principal)).toEqual([{ AWS: model.names.sealingRole(node).arn }]);
    expect(sealing[0]?.Condition).toEqual({
      StringEquals: {
        "kms:EncryptionContext:deployment": "customer-testnet",
        "kms:EncryptionContext:node": String(node),
      },
      Null: { "kms:EncryptionContext:configurationKey": "false" },
    });
  });
});

describe.each(nodeNumbers)("vault of policy node %i", (node) => {
  const secrets = Object.values(model.nodes[node].secrets).map((name) => entry(model.secrets, name));

  test("holds six secrets under the vault key, in the node's account", () => {
    expect(secrets).toHaveLength(6);
    expect(new Set(secrets.map((secret) => `${secret.key} ${secret.account}`))).toEqual(
      new Set([`policy-node${node}-vault ${model.nodes[node].account}`]),
    );
  });

  test("is written by the sealing and the key-admin role alone", () => {
    for (const { policy } of secrets) {
      const writers = policy.Statement.find(({ Sid }) => Sid === "Writers");
      expect(writers?.Condition).toEqual({
        ArnNotEquals: {
          "aws:PrincipalArn": [model.names.sealingRole(node).arn, model.names.keyAdminRole(node).arn],
        },
      });
      for (const call of [
        "PutSecretValue",
        "UpdateSecret",
        "PutResourcePolicy",
        "DeleteResourcePolicy",
        "RotateSecret",
        "ReplicateSecretToRegions",
        "UpdateSecretVersionStage",
        "DeleteSecret",
      ]) {
        expect(list(writers?.Action)).toContain(`secretsmanager:${call}`);
      }
    }
  });

  test("is read by the node's host, through both halves of the permission", () => {
    const access = identityOf(`nitroRole${node}`);
    expect(
      allowing(access, "secretsmanager:GetSecretValue").flatMap(({ Resource }) => list(Resource)),
    ).toHaveLength(6);
    for (const { policy } of secrets) {
      expect(allowing(policy, "secretsmanager:GetSecretValue")[0]?.Condition).toEqual({
        ArnEquals: { "aws:PrincipalArn": model.names.nodeRole(node).arn },
      });
    }
  });

  test("has a key that is of no use but through Secrets Manager", () => {
    const document = keyPolicy(`policy-node${node}-vault`);
    const uses = [...allowing(document, "kms:Decrypt"), ...allowing(document, "kms:GenerateDataKey")];
    expect(uses).not.toHaveLength(0);
    for (const { Condition } of uses) {
      expect(Condition?.StringEquals).toMatchObject({
        "kms:ViaService": "secretsmanager.us-east-2.amazonaws.com",
      });
    }
    expect(sideDoors.flatMap((call) => allowing(document, call))).toEqual([]);
  });
});

describe("roles", () => {
  test("of a node hold no right beyond their task", () => {
    for (const node of nodeNumbers) {
      const sealing = identityOf(`policy-node${node}-sealing`);
      const keyAdmin = identityOf(`policy-node${node}-key-admin`);
      expect(
        sealing.Statement.flatMap(({ Action }) => list(Action)).filter((call) => call.startsWith("kms:")),
      ).toEqual([]);
      for (const call of [
        ...plaintextCalls,
        ...sideDoors,
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
      ]) {
        expect(allowing(keyAdmin, call)).toEqual([]);
      }
    }
  });

  test("other than the wallet account's deploy role neither pass a role nor edit one outside their account", () => {
    for (const [name, { account }] of Object.entries(model.roles)) {
      const identity = identityOf(name);
      if (name !== "deploy-infrastructure") expect(allowing(identity, "iam:PassRole")).toEqual([]);
      const edited = allowing(identity, "iam:PutRolePolicy").flatMap(({ Resource }) => list(Resource));
      expect(edited.filter((arn) => !arn.includes(`::${model.accountIds[account]}:`))).toEqual([]);
    }
  });

  test("that deploy have no plaintext call but on their own state's key", () => {
    for (const account of ["infrastructure", "policyNode1", "policyNode2"] as const) {
      const identity = identityOf(`deploy-${account}`);
      const statements = plaintextCalls.flatMap((call) => allowing(identity, call));
      expect(statements.map(({ Sid, Resource, Condition }) => ({ Sid, Resource, Condition }))).toEqual([
        {
          Sid: "StateKey",
          Resource: `arn:aws:kms:us-east-2:${model.accountIds[account]}:key/*`,
          Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/vault-state"] } },
        },
      ]);
    }
  });

  test("that verify read no value and change nothing", () => {
    const calls = identityOf("verifier-policyNode1").Statement.flatMap(({ Action }) => list(Action));
    expect(calls.filter((call) => !/^[a-z0-9]+:(Describe|Get|List)/.test(call))).toEqual([]);
    expect(allowing(identityOf("verifier-policyNode1"), "secretsmanager:GetSecretValue")).toEqual([]);
    expect(allowing(identityOf("verifier-policyNode1"), "s3:GetObject")).toEqual([]);
  });

  test("of an administrator who is a user ask for a second factor before keys are taken out of service", () => {
    const user = "arn:aws:iam::222222222222:user/ben";
    const deployment = {
      ...fixtureDeployment,
      admins: { ...fixtureDeployment.admins, policyNode1: { name: "Ben Birch", principals: [user] } },
    };
    const role = entry(buildModel(deployment, fixtureServices).roles, "policy-node1-break-glass");
    expect(role.trust.Statement).toMatchObject([
      { Principal: { AWS: [user] }, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } },
    ]);
  });

  test("of node 0 are its own administrator's where the deployment names one", () => {
    const other = "arn:aws:iam::111111111111:user/zoe";
    const deployment = {
      ...fixtureDeployment,
      admins: { ...fixtureDeployment.admins, policyNode0: { name: "Zoe Zelkova", principals: [other] } },
    };
    const { roles, names } = buildModel(deployment, fixtureServices);
    expect(entry(roles, "policy-node0-sealing").trust.Statement[0]?.Principal).toEqual({
      AWS: [names.deployRole("infrastructure").arn, other],
    });
  });
});

describe("the model", () => {
  test("names the place in deployment.yaml when an administrator has no principal in their account", () => {
    const deployment = {
      ...fixtureDeployment,
      admins: { ...fixtureDeployment.admins, policyNode2: fixtureDeployment.admins.policyNode1 },
    };
    expect(() => buildModel(deployment, fixtureServices)).toThrow(ModelError);
    expect(() => buildModel(deployment, fixtureServices)).toThrow(/no principal of account 333333333333/);
  });

  test("holds exact ARNs in the hosts' policies once they are known", () => {
    const known: KnownIdentifiers = {
      nodes: Object.fromEntries(
        nodeNumbers.map((node) => [
          node,
          {
            sealingKeyArn: `arn:aws:kms:us-east-2:222222222222:key/sealing-${node}`,
            vaultKeyArn: `arn:aws:kms:us-east-2:222222222222:key/vault-${node}`,
            configurationKeyArn: `arn:aws:kms:us-east-2:222222222222:key/configuration-${node}`,
            secretArns: {
              "policy-node.a": `arn:aws:secretsmanager:us-east-2:222222222222:secret:a-${node}AbCdE`,
            },
          },
        ]),
      ),
    };
    expect(model.identifiersKnown).toBe(false);
    const exact = buildModel(fixtureDeployment, fixtureServices, known);
    expect(exact.identifiersKnown).toBe(true);
    const access = entry(exact.roles, "nitroRole1").identity.find(({ name }) => name === "shard-access");
    expect(access?.stack).toBe("nitro-nodes");
    expect(access?.document.Statement.map(({ Resource }) => Resource)).toEqual([
      "arn:aws:kms:us-east-2:222222222222:key/sealing-1",
      ["arn:aws:secretsmanager:us-east-2:222222222222:secret:a-1AbCdE"],
      "arn:aws:kms:us-east-2:222222222222:key/vault-1",
    ]);
  });

  test.each([
    ["production", model],
    ["sandbox", sandboxModel()],
  ])("has no two things of one name (%s)", (_profile, built) => {
    const names = [
      ...Object.values(built.roles).map(({ arn }) => arn),
      ...Object.values(built.buckets).map(({ name }) => name),
      ...Object.values(built.keys).map(({ account, name }) => `${built.accountIds[account]} ${name}`),
      ...Object.values(built.secrets).map(({ account, name }) => `${built.accountIds[account]} ${name}`),
      ...Object.values(built.secrets).map(({ stack, logicalName }) => `${stack} ${logicalName}`),
      ...Object.values(built.topics).map(({ arn }) => arn),
    ];
    expect(names).toHaveLength(new Set(names).size);
  });

  test("makes every baseline thing of a sandbox in its one baseline", () => {
    const sandbox = sandboxModel();
    const stacks = new Set(Object.values(sandbox.roles).map(({ stack }) => stack));
    expect(stacks).toEqual(new Set([null, "baseline-infrastructure"]));
    expect(Object.keys(sandbox.roles).filter((name) => name.startsWith("deploy-"))).toEqual([
      "deploy-infrastructure",
    ]);
  });
});
