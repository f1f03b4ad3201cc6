import type { AccountKey } from "../spec/deployment.ts";
import { topicArn } from "./arns.ts";
import { type PolicyDocument, policy } from "./policy.ts";
import type { Scope } from "./scope.ts";

/** Policy of an account's alarm topic: alarms and event rules of this account publish to it. */
export function alarmTopicPolicy(scope: Scope, account: AccountKey): PolicyDocument {
  return policy({
    Sid: "AlarmsPublish",
    Effect: "Allow",
    Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
    Action: "sns:Publish",
    Resource: topicArn(scope, account),
    Condition: { StringEquals: { "aws:SourceAccount": scope.id(account) } },
  });
}
