import * as aws from "@pulumi/aws";
import { type ResourceTransform, runtime } from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, it } from "vitest";
import { obtainEngine } from "../../automation/engine/engine.ts";
import { Refusal } from "../../automation/errors.ts";
import type { Installation } from "../../automation/installation.ts";
import { runStack } from "../../automation/steps/stack-run.ts";
import { preparedFor } from "../../automation/steps/step-run.ts";
import type { StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { deployNode1, nodeAdmin } from "../support/deployed-node.ts";
import { changes, requestsOf } from "../support/ivault.ts";

let folder: string;
let installation: Installation;

beforeAll(async () => {
  ({ folder, installation } = await deployNode1());
});

afterAll(() => installation.close());

type Program = StackDefinition["program"];
type Tampered = (program: Program) => Program;

const baseline = "baseline-policy-node1";
const vault = "policy-node1-long-lived";
const anybody = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }],
});

/** The program, with this besides. */
const besides =
  (make: (provider: aws.Provider) => unknown): Tampered =>
  (program) =>
  (context, provider) => {
    make(provider);
    return program(context, provider);
  };

/** The program, with this done to each of its resources. */
const transformed = (transform: (provider: aws.Provider) => ResourceTransform): Tampered =>
  besides((provider) => runtime.registerResourceTransform(transform(provider)));

const sealingKey = ({ type, name }: { type: string; name: string }) =>
  type === "aws:kms/key:Key" && name.includes("sealing");

const cases: readonly (readonly [string, string, Tampered, readonly string[]])[] = [
  [
    "a role more",
    baseline,
    besides((provider) => new aws.iam.Role("back-door", { assumeRolePolicy: anybody }, { provider })),
    ["aws:iam/role:Role back-door is not in the model"],
  ],
  [
    "another policy on the sealing key",
    vault,
    transformed(() => ({ props, opts, ...resource }) => {
      if (!sealingKey(resource)) return undefined;
      const document = JSON.parse(props.policy);
      const Statement = [
        ...document.Statement,
        { Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" },
      ];
      return { props: { ...props, policy: JSON.stringify({ ...document, Statement }) }, opts };
    }),
    ["policy-node1-sealing policy differs from the model"],
  ],
  [
    "a policy that is known after the update alone",
    vault,
    transformed((provider) => {
      const later = new aws.cloudwatch.LogGroup("later", {}, { provider });
      return ({ props, opts, ...resource }) =>
        sealingKey(resource)
          ? { props: { ...props, policy: later.arn.apply(() => props.policy) }, opts }
          : undefined;
    }),
    ["policy-node1-sealing has no policy that is known before the update"],
  ],
  [
    "a role's rights left out",
    baseline,
    (program) => (context, provider) => {
      const { roles } = context.model;
      const key = "policy-node1-sealing";
      const sealing = roles[key];
      if (sealing === undefined) throw new Error(`The model has no role ${key}.`);
      const model = { ...context.model, roles: { ...roles, [key]: { ...sealing, identity: [] } } };
      return program({ ...context, model }, provider);
    },
    ["is to be deleted", "is in the model that has been proven, but the stack does not plan it"],
  ],
  [
    "a role that is made anew",
    baseline,
    transformed(
      () =>
        ({ type, props, opts }) =>
          type === "aws:iam/role:Role" ? { props: { ...props, path: "/elsewhere/" }, opts } : undefined,
    ),
    ["is to be replaced"],
  ],
];

it.each(cases)(
  "a program with %s is refused before anything is changed",
  async (_, stack, tamper, findings) => {
    const definition = stackDefinitions.find(({ id }) => id === stack) as StackDefinition;
    const prepared = await preparedFor(installation, definition, [nodeAdmin]);
    const before = requestsOf(folder).filter(changes).length;
    const run = runStack(
      installation,
      await obtainEngine({ report: () => {} }),
      { ...definition, program: tamper(definition.program) },
      prepared,
      { report: () => {}, note: () => {}, stopping: () => false, allowPolicyReplacement: false },
    );
    const error = await run.catch((one: unknown) => one);
    expect(error, String(error)).toBeInstanceOf(Refusal);
    const { code, message } = (error as Refusal).details;
    expect(code).toBe("plan-not-proven");
    for (const finding of findings) expect(message).toContain(finding);
    expect(requestsOf(folder).filter(changes).length).toBe(before);
  },
);
