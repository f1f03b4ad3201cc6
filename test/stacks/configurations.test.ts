import { expect, test } from "vitest";
import { componentConfiguration } from "../../spec/component-configuration.ts";
import { fixtureDeployment } from "../isolation/fixture.ts";
import { contextOf, definitionOf } from "./context.ts";
import { fullSpec } from "./deployments.ts";
import { graphOf } from "./graph.ts";

test.each(["wallet", "orchestrator", "approval-service"])(
  "%s is given its own part of the specification",
  async (service) => {
    const { resources } = await graphOf(definitionOf("wallet"), contextOf(fixtureDeployment, fullSpec));
    const task = resources.find(
      ({ type, inputs }) =>
        type === "aws:ecs/taskDefinition:TaskDefinition" && String(inputs.family).endsWith(`-${service}`),
    );
    const [container] = JSON.parse(String(task?.inputs.containerDefinitions)) as {
      environment: { name: string; value: string }[];
    }[];
    const given = container?.environment.find(({ name }) => name === "COMPONENT_CONFIGURATION");
    expect(JSON.parse(given?.value ?? "null")).toEqual(componentConfiguration(fullSpec, "testnet", service));
  },
);
