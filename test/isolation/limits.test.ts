import { expect, test } from "vitest";
import { buildModel } from "../../isolation/build-model.ts";
import { modelSizeFindings, sizeFindings } from "../../isolation/limits.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { fixtureDeployment, fixtureServices } from "./fixture.ts";

const part = (type: string, inputs: Record<string, unknown>): PlannedPart => ({
  urn: `urn:pulumi:testnet.wallet::institutional-vault::${type}::one`,
  type,
  operation: "create",
  inputs,
});
const role = (size: number) =>
  part("aws:iam/rolePolicy:RolePolicy", { role: "node", policy: "x".repeat(size) });
const host = (size: number) =>
  part("aws:ec2/launchTemplate:LaunchTemplate", { userData: Buffer.alloc(size).toString("base64") });

test.each([
  ["aws:iam/role:Role", "assumeRolePolicy", 2048],
  ["aws:kms/key:Key", "policy", 32_768],
  ["aws:secretsmanager/secret:Secret", "policy", 20_480],
  ["aws:s3/bucketPolicy:BucketPolicy", "policy", 20_480],
  ["aws:ecr/repositoryPolicy:RepositoryPolicy", "policy", 10_240],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", "policy", 20_480],
  ["aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions", 65_536],
])("%s: %s may have %i and no more", (type, input, most) => {
  expect(sizeFindings([part(type, { [input]: "x".repeat(most) })])).toEqual([]);
  const [finding] = sizeFindings([part(type, { [input]: "x".repeat(most + 1) })]);
  expect(finding?.message).toContain(`${most + 1}`);
  expect(finding?.resource).toBe(`${type} one`);
});

test("a role's inline policies count together, white space not at all", () => {
  expect(sizeFindings([role(5120), role(5120)])).toEqual([]);
  expect(sizeFindings([role(5120), role(5121)])).toHaveLength(1);
  expect(sizeFindings([part("aws:iam/role:Role", { assumeRolePolicy: " ".repeat(9000) })])).toEqual([]);
});

test("a key's policy is counted in bytes", () => {
  expect(sizeFindings([part("aws:kms/key:Key", { policy: "é".repeat(16_385) })])).toHaveLength(1);
});

test("user data counts before it is encoded", () => {
  expect(sizeFindings([host(16_384)])).toEqual([]);
  expect(sizeFindings([host(16_385)])).toHaveLength(1);
});

test("what is not known yet, and what is deleted, has no size", () => {
  const deleted: PlannedPart = { ...role(20_000), operation: "delete" };
  expect(sizeFindings([deleted, part("aws:kms/key:Key", { policy: "[unknown]" })])).toEqual([]);
});

test("the policies of all stacks are measured before there is any plan", () => {
  const stacks = stackDefinitions.map(({ id }) => id);
  const withAuditors = (count: number) => ({
    ...fixtureDeployment,
    auditors: Array.from({ length: count }, (_, index) => ({
      name: `Auditor ${index}`,
      principals: [`arn:aws:iam::444444444444:role/vault-auditor-${index}`],
    })),
  });
  expect(modelSizeFindings(buildModel(withAuditors(3), fixtureServices), stacks)).toEqual([]);
  const findings = modelSizeFindings(buildModel(withAuditors(60), fixtureServices), stacks);
  expect(findings.map(({ resource }) => resource)).toContain(
    "aws:iam/role:Role customer-testnet-verifier of stack baseline-policy-node2",
  );
  expect(findings[0]?.message).toMatch(
    /^assumeRolePolicy has \d+ characters without white space; AWS takes 2048$/,
  );
});
