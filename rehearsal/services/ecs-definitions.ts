import { z } from "zod";
import { members } from "../input.ts";
import { AwsError, type Right } from "../request.ts";
import type { Store } from "../store.ts";
import type { HandlerContext, Handlers } from "./handler.ts";

const definitionType = "aws:ecs/taskDefinition:TaskDefinition";
const definitionProperties = z.looseObject({
  family: z.string(),
  revision: z.number(),
  containerDefinitions: z.string(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  networkMode: z.string().optional(),
  executionRoleArn: z.string().optional(),
  taskRoleArn: z.string().optional(),
  requiresCompatibilities: z.array(z.string()).optional(),
});
const containerDefinitions = z.array(z.looseObject({ name: z.string() }));

export interface TaskDefinition extends z.infer<typeof definitionProperties> {
  readonly arn: string;
  readonly containers: z.infer<typeof containerDefinitions>;
}

export const lastPart = (nameOrArn: string) => nameOrArn.split("/").at(-1) ?? nameOrArn;

/** By ARN, by `family:revision`, or by family (its newest revision). */
export function definitionOf(store: Store, account: string, reference: string): TaskDefinition {
  const name = lastPart(reference);
  const definitions = store
    .list({ account, type: definitionType })
    .map(({ arn, properties }) => ({ arn: arn ?? "", ...definitionProperties.parse(properties) }))
    .filter(({ family, revision }) => name === family || name === `${family}:${revision}`)
    .sort((a, b) => a.revision - b.revision);
  const found = definitions.at(-1);
  if (found === undefined) throw new AwsError("ClientException", "Unable to describe task definition.");
  return { ...found, containers: containerDefinitions.parse(JSON.parse(found.containerDefinitions)) };
}

/** Who starts a task hands it the roles of its definition. */
export function passedRoles(
  { taskDefinition }: { readonly taskDefinition: string },
  { cloud, caller, region }: HandlerContext,
): readonly Right[] {
  const { executionRoleArn, taskRoleArn } = definitionOf(cloud.store, caller.account, taskDefinition);
  return [executionRoleArn, taskRoleArn]
    .filter((role) => role !== undefined)
    .flatMap((resource) => [passing(resource), assumedBy(caller.account, region, resource)]);
}

const taskService = "ecs-tasks.amazonaws.com";

function passing(resource: string): Right {
  return { action: "iam:PassRole", resource, context: { "iam:PassedToService": taskService } };
}

/** ECS becomes the role for the task, saying for whose cluster it does (ECS developer guide, "confused deputy"). */
function assumedBy(account: string, region: string, resource: string): Right {
  const caller = { account, principal: taskService };
  const context = { "aws:SourceArn": `arn:aws:ecs:${region}:${account}:*` };
  return { action: "sts:AssumeRole", resource, caller, context };
}

/** Registering a definition by hand, as somebody would who wants a task to carry a role. */
export const registration: Handlers = {
  async RegisterTaskDefinition({ cloud, caller, region, input }) {
    const { taskRoleArn, executionRoleArn, ...asked } = members(
      {
        family: z.string(),
        containerDefinitions,
        taskRoleArn: z.string().optional(),
        executionRoleArn: z.string().optional(),
      },
      input,
      "ClientException",
    );
    const roles = [taskRoleArn, executionRoleArn].filter((role) => role !== undefined);
    return cloud.perform(
      { caller, service: "ecs", action: "RegisterTaskDefinition", region, input, also: roles.map(passing) },
      () => {
        const { account } = caller;
        const earlier = cloud.store
          .list({ account, type: definitionType })
          .filter(({ properties }) => properties.family === asked.family);
        const revision = earlier.length + 1;
        const arn = `arn:aws:ecs:${region}:${account}:task-definition/${asked.family}:${revision}`;
        const containers = JSON.stringify(asked.containerDefinitions);
        const properties = {
          family: asked.family,
          revision,
          arn,
          taskRoleArn,
          executionRoleArn,
          containerDefinitions: containers,
        };
        cloud.store.put({ account, type: definitionType, id: arn, arn, properties });
        return { taskDefinition: { taskDefinitionArn: arn, family: asked.family, revision } };
      },
    );
  },
};
