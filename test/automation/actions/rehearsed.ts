import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ActionContext } from "../../../automation/actions/action.ts";
import { readInputs } from "../../../automation/inputs.ts";
import { type Installation, installationOn } from "../../../automation/installation.ts";
import { currentModel } from "../../../automation/model.ts";
import { roles, type StepId } from "../../../automation/steps/steps.ts";
import { policyText } from "../../../isolation/policy.ts";
import { openRehearsal, type Rehearsal } from "../../../rehearsal/seam.ts";
import { roleObjects } from "../../../rehearsal/seed.ts";
import type { StoredObject } from "../../../rehearsal/store.ts";
import { accountIdOf, accountOfNode, nodeNumbers } from "../../../spec/deployment.ts";
import type { Inputs } from "../../../spec/inputs.ts";

export interface Rehearsed {
  readonly rehearsal: Rehearsal;
  readonly installation: Installation;
  context(
    step: StepId,
    options?: { withoutHealth?: boolean; inputs?: Partial<Inputs> },
  ): Promise<ActionContext>;
  close(): Promise<void>;
}

/** A rehearsal of the example in which all nine stacks are there, put into the store as the engine's provider would have. */
export async function openRehearsed(): Promise<Rehearsed> {
  const folder = await mkdtemp(join(tmpdir(), "ivault-actions-"));
  const rehearsal = await openRehearsal({
    folder,
    inputsFolder: "examples/institution",
    fresh: true,
    // makeStacks puts these in with all the others.
    ownersRoles: () => [],
  });
  const inputs = await readInputs(rehearsal.inputsFolder);
  const installation = installationOn(rehearsal, inputs, folder);
  await makeStacks(rehearsal, installation);
  return {
    rehearsal,
    installation,
    async context(id, options = {}) {
      const step = installation.steps.find((each) => each.id === id);
      if (step === undefined) throw new Error(`no step ${id}`);
      const changed = installationOn(rehearsal, { ...inputs, ...options.inputs }, folder);
      return await changed.actionContext(roles, step, {
        withoutHealth: options.withoutHealth ?? false,
        report: () => {},
      });
    },
    async close() {
      await installation.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const zoneNameServers = ["ns-1.awsdns-01.org", "ns-2.awsdns-02.net"];

async function makeStacks({ store }: Rehearsal, { inputs, handoffs, names }: Installation): Promise<void> {
  const { deployment } = inputs;
  const model = await currentModel(inputs, handoffs);
  const { region } = model;
  const account = model.accountIds.infrastructure;
  const put = (object: Omit<StoredObject, "account"> & { account?: string }) =>
    store.put({ account, ...object });
  for (const role of Object.values(model.roles)) {
    for (const object of roleObjects(accountIdOf(deployment, role.account), role, new Date(0))) put(object);
  }
  const keyArns: Record<string, string> = {};
  for (const [name, key] of Object.entries(model.keys)) {
    const owner = accountIdOf(deployment, key.account);
    const id = `00000000-0000-4000-8000-${Buffer.from(name).toString("hex").padEnd(12, "0").slice(-12)}`;
    keyArns[name] = `arn:aws:kms:${region}:${owner}:key/${id}`;
    const usage =
      key.usage === "sign"
        ? { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" }
        : { keyUsage: "ENCRYPT_DECRYPT", customerMasterKeySpec: "SYMMETRIC_DEFAULT" };
    const properties = {
      keyId: id,
      arn: keyArns[name],
      policy: policyText(key.policy),
      isEnabled: true,
      tags: {},
      ...usage,
    };
    put({ account: owner, type: "aws:kms/key:Key", id, arn: keyArns[name] ?? null, properties });
  }
  const secretArns: Record<string, string> = {};
  for (const [key, secret] of Object.entries(model.secrets)) {
    const owner = accountIdOf(deployment, secret.account);
    const arn = `arn:aws:secretsmanager:${region}:${owner}:secret:${secret.name}-a1B2c3`;
    secretArns[key] = arn;
    const properties = {
      name: secret.name,
      arn,
      kmsKeyId: keyArns[secret.key],
      policy: policyText(secret.policy),
      tags: {},
    };
    put({ account: owner, type: "aws:secretsmanager/secret:Secret", id: arn, arn, properties });
  }
  for (const bucket of Object.values(model.buckets)) {
    const owner = accountIdOf(deployment, bucket.account);
    const properties = { bucket: bucket.name, region, tags: {} };
    put({
      account: owner,
      type: "aws:s3/bucket:Bucket",
      id: bucket.name,
      arn: `arn:aws:s3:::${bucket.name}`,
      properties,
    });
  }
  for (const { name, arn } of Object.values(model.repositories)) {
    const repositoryUrl = `${account}.dkr.ecr.${region}.amazonaws.com/${name}`;
    const properties = { name, arn, repositoryUrl, imageTagMutability: "IMMUTABLE" };
    put({ type: "aws:ecr/repository:Repository", id: name, arn, properties });
  }
  const clusterArn = `arn:aws:ecs:${region}:${account}:cluster/${names.prefix}`;
  put({
    type: "aws:ecs/cluster:Cluster",
    id: clusterArn,
    arn: clusterArn,
    properties: { name: names.prefix, arn: clusterArn },
  });
  const taskDefinitionArn = (component: string) => {
    const family = `${names.prefix}-${component}`;
    const arn = `arn:aws:ecs:${region}:${account}:task-definition/${family}:1`;
    const containerDefinitions = JSON.stringify([{ name: component, image: "image" }]);
    put({
      type: "aws:ecs/taskDefinition:TaskDefinition",
      id: family,
      arn,
      properties: { family, revision: 1, containerDefinitions, arn },
    });
    return arn;
  };
  for (const service of ["wallet", "broker"]) {
    const arn = `arn:aws:ecs:${region}:${account}:service/${names.prefix}/${service}`;
    const properties = {
      name: service,
      cluster: clusterArn,
      desiredCount: service === "wallet" ? 0 : 1,
      taskDefinition: taskDefinitionArn(service),
    };
    put({ type: "aws:ecs/service:Service", id: arn, arn, properties });
  }
  const role = (name: string) => model.roles[name]?.arn ?? "";
  const baseline = (node: number) => ({
    keyAdminRoleArn: role(`policy-node${node}-key-admin`),
    sealingRoleArn: role(`policy-node${node}-sealing`),
    verifierRoleArn: "arn",
    trailArn: "arn",
  });
  await handoffs.write("baseline-infrastructure", account, {
    ...baseline(0),
    zoneId: "Z1",
    zoneNameServers,
    privateZoneId: "Z2",
    privateNamespaceId: "ns-1",
    vpcId: "vpc-1",
    publicSubnetIds: ["subnet-1"],
    privateSubnetIds: ["subnet-2"],
    isolatedSubnetIds: ["subnet-3"],
    endpointSecurityGroupId: "sg-1",
    s3PrefixListId: "pl-1",
    clusterArn,
    clusterName: names.prefix,
    repositoryUrls: {},
    artefactBucket: names.bucket("infrastructure", "artefacts"),
    logKeyArn: "arn",
    logGroupNames: {},
    alarmTopicArn: "arn",
    instanceProfileNames: {},
  });
  await handoffs.write("wallet-long-lived", account, {
    databases: Object.fromEntries(
      ["wallet", "policy-node0", "policy-node1", "policy-node2"].map((name) => [
        name,
        { host: `${name}.rds.amazonaws.com`, port: 5432, masterSecretArn: "arn", securityGroupId: "sg-2" },
      ]),
    ),
    certificateArn: "arn",
    backupBucket: "bucket",
    walletKeyArn: keyArns.wallet ?? "",
    brokerKeyArn: keyArns.broker ?? "",
    secretArns,
    databaseInit: { taskDefinitionArn: taskDefinitionArn("database-init"), securityGroupId: "sg-3" },
  });
  for (const node of nodeNumbers) {
    await handoffs.write(`policy-node${node}-long-lived`, accountIdOf(deployment, accountOfNode(node)), {
      sealingKeyArn: keyArns[`policy-node${node}-sealing`] ?? "",
      vaultKeyArn: keyArns[`policy-node${node}-vault`] ?? "",
      configurationKeyArn: keyArns[`policy-node${node}-configuration`] ?? "",
      secretArns,
    });
  }
  await handoffs.write("wallet", account, {
    url: names.url,
    loadBalancerDnsName: "lb",
    brokerSecurityGroupId: "sg-4",
    walletSecurityGroupId: "sg-5",
    serviceNames: { broker: "broker", wallet: "wallet" },
    bootstrap: { taskDefinitionArn: taskDefinitionArn("bootstrap"), securityGroupId: "sg-6" },
  });
  await handoffs.write("nitro-nodes", account, { groupNames: { "0": "g0", "1": "g1", "2": "g2" } });
}
