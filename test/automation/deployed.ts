import { join } from "node:path";
import { expect } from "vitest";
import { handoffsIn } from "../../automation/handoffs.ts";
import { readInputs } from "../../automation/inputs.ts";
import { currentModel } from "../../automation/model.ts";
import { typesWithoutTags } from "../../components/tags.ts";
import { policyText } from "../../isolation/policy.ts";
import { accountIdOf } from "../../spec/deployment.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { documentsOf } from "../isolation/documents.ts";
import { nameOf, type StateResource, stacksInState } from "../support/engine-state.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "institution");

/** Types whose loss would lose data or keys. */
const mustOutlive = [
  "aws:kms/key:Key",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
];

/** Arguments that hold a policy document. */
const policyArguments = ["policy", "assumeRolePolicy"] as const;

function tagsOf({ inputs }: StateResource): Record<string, unknown> {
  const tags = inputs?.tags;
  if (!Array.isArray(tags)) return (tags ?? {}) as Record<string, unknown>;
  return Object.fromEntries(tags.map(({ key, value }: { key: string; value: string }) => [key, value]));
}

/** Every resource of every stack in the engine's state is looked at: account, tags, protection, policies, and nothing secret. */
export async function expectDeployedAsPlanned(folder: string): Promise<void> {
  const inputs = await readInputs(example);
  const { deployment } = inputs;
  const model = await currentModel(
    inputs,
    handoffsIn(join(folder, "handoffs"), deployment.environment, () => new Date(0)),
  );
  const deployed: string[] = [];
  let looked = 0;
  for (const { account, stack, resources } of stacksInState(folder)) {
    const definition = stackDefinitions.find(({ id }) => id === stack);
    expect(definition, stack).toBeDefined();
    if (definition === undefined) continue;
    expect(account).toBe(accountIdOf(deployment, definition.account));
    const providers = resources.filter(({ type }) => type === "pulumi:providers:aws");
    expect(providers.map(({ inputs: given }) => JSON.parse(String(given?.allowedAccountIds)))).toEqual([
      [account],
    ]);
    for (const resource of resources.filter(({ type, custom }) => custom && type.startsWith("aws:"))) {
      looked += 1;
      const what = `${stack} ${resource.type} ${nameOf(resource.urn)}`;
      expect(resource.provider, what).toContain(`${providers[0]?.urn}::`);
      if (!typesWithoutTags.has(resource.type)) {
        expect(tagsOf(resource), what).toMatchObject({
          "ivault:deployment": model.names.prefix,
          "ivault:resource": `${stack}/${nameOf(resource.urn)}`,
        });
      }
      const kept = mustOutlive.includes(resource.type);
      if (kept) expect([resource.protect, resource.retainOnDelete], what).toEqual([true, true]);
      const arn = resource.outputs?.arn;
      if (typeof arn === "string" && /:\d{12}:/.test(arn)) expect(arn, what).toContain(`:${account}:`);
      expect(JSON.stringify(resource.inputs), what).not.toMatch(
        /4dabf18193072939515e22adb298388d|PRIVATE KEY|secretString/,
      );
      for (const argument of policyArguments) {
        const text = resource.inputs?.[argument];
        if (typeof text === "string") deployed.push(JSON.stringify(JSON.parse(text)));
      }
    }
  }
  expect(looked).toBeGreaterThan(300);
  // Exactly the model's documents are deployed; the deploy roles' were there before.
  const owners = Object.values(model.roles).filter(({ stack }) => stack === null);
  const before = owners.flatMap(({ trust, identity }) =>
    [trust, ...identity.map(({ document }) => document)].map(policyText),
  );
  const planned = documentsOf(model).map(({ document }) => policyText(document));
  for (const text of before) planned.splice(planned.indexOf(text), 1);
  expect(deployed.sort()).toEqual(planned.sort());
}
