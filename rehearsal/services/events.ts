import { z } from "zod";
import { members } from "../input.ts";
import { AwsError } from "../request.ts";
import type { Store } from "../store.ts";
import type { Handlers } from "./handler.ts";

const defaultBus = "default";
const rule = z.object({
  name: z.string(),
  description: z.string().optional(),
  eventPattern: z.string().optional(),
  scheduleExpression: z.string().optional(),
  state: z.string().default("ENABLED"),
  eventBusName: z.string().default(defaultBus),
});
const target = z.object({
  rule: z.string(),
  targetId: z.string(),
  arn: z.string(),
  roleArn: z.string().optional(),
});

function rulesOf(store: Store, account: string) {
  return store.list({ account, type: "aws:cloudwatch/eventRule:EventRule" }).map(({ arn, properties }) => {
    const { name, description, eventPattern, scheduleExpression, state, eventBusName } =
      rule.parse(properties);
    return {
      Name: name,
      Arn: arn,
      EventPattern: eventPattern,
      ScheduleExpression: scheduleExpression,
      State: state,
      Description: description,
      EventBusName: eventBusName,
    };
  });
}

/** Reading EventBridge's rules and whom they tell. */
export const handlers: Handlers = {
  async ListRules({ cloud, caller, region, input }) {
    const { NamePrefix: prefix, EventBusName: bus } = members(
      { NamePrefix: z.string().default(""), EventBusName: z.string().default(defaultBus) },
      input,
    );
    return cloud.perform({ caller, service: "events", action: "ListRules", region, input }, () => ({
      Rules: rulesOf(cloud.store, caller.account).filter(
        ({ Name: name, EventBusName: its }) => name.startsWith(prefix) && its === bus,
      ),
    }));
  },

  async ListTargetsByRule({ cloud, caller, region, input }) {
    const { Rule: name } = members({ Rule: z.string().min(1) }, input);
    const resource = `arn:aws:events:${region}:${caller.account}:rule/${name}`;
    return cloud.perform(
      { caller, service: "events", action: "ListTargetsByRule", region, resource, input },
      () => {
        if (!rulesOf(cloud.store, caller.account).some(({ Name: its }) => its === name)) {
          throw new AwsError(
            "ResourceNotFoundException",
            `Rule ${name} does not exist on EventBus ${defaultBus}.`,
          );
        }
        return {
          Targets: cloud.store
            .list({ account: caller.account, type: "aws:cloudwatch/eventTarget:EventTarget" })
            .map(({ properties }) => target.parse(properties))
            .filter(({ rule: its }) => its === name)
            .map(({ targetId, arn, roleArn }) => ({ Id: targetId, Arn: arn, RoleArn: roleArn })),
        };
      },
    );
  },
};
