import {
  ListRulesCommand,
  type ListRulesCommandOutput,
  ListTargetsByRuleCommand,
  type ListTargetsByRuleCommandOutput,
} from "@aws-sdk/client-eventbridge";
import { type AlarmRule, alarmRuleState, alarmRules } from "../../components/alarm-rules.ts";
import type { Difference } from "../../isolation/deployed.ts";
import type { Model } from "../../isolation/model.ts";
import type { AccountKey } from "../../spec/deployment.ts";
import type { AwsClients } from "../aws.ts";
import { canonicalJson, type Json } from "../text/canonical-json.ts";

/** A rule of EventBridge as it is deployed. */
export interface DeployedAlarm {
  readonly name: string;
  readonly state: string | undefined;
  readonly pattern: string | undefined;
  /** ARNs of whom it tells. */
  readonly targets: readonly string[];
}

/** How the alarms on calls that could open a key differ from the planned ones, one account at a time. */
export async function readAlarms(
  { events }: AwsClients,
  model: Model,
  account: AccountKey,
): Promise<readonly Difference[]> {
  const { prefix } = model.names;
  const deployed: DeployedAlarm[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListRulesCommandOutput = await events.send(
      new ListRulesCommand({ NamePrefix: `${prefix}-`, NextToken }),
    );
    for (const { Name: name = "", State: state, EventPattern: pattern } of page.Rules ?? []) {
      deployed.push({ name, state, pattern, targets: await targetsOf(events, name) });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return alarmDifferences(alarmRules(prefix), deployed, {
    prefix,
    arn: (name) => `arn:aws:events:${model.region}:${model.accountIds[account]}:rule/${name}`,
    topic: model.topics[`alarms-${account}`]?.arn ?? "",
  });
}

async function targetsOf(events: AwsClients["events"], rule: string): Promise<string[]> {
  const targets: string[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListTargetsByRuleCommandOutput = await events.send(
      new ListTargetsByRuleCommand({ Rule: rule, NextToken }),
    );
    targets.push(...(page.Targets ?? []).map(({ Arn: arn = "" }) => arn));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return targets;
}

/** Whether each alarm is there, sees what it has to see, and tells the account's topic. */
export function alarmDifferences(
  planned: readonly AlarmRule[],
  deployed: readonly DeployedAlarm[],
  place: { readonly prefix: string; readonly arn: (name: string) => string; readonly topic: string },
): readonly Difference[] {
  return planned.flatMap((rule): Difference[] => {
    const name = `${place.prefix}-${rule.name}`;
    const resource = place.arn(name);
    const found = deployed.find((one) => one.name === name);
    if (found === undefined) {
      const detail = `planned, but not deployed: nobody hears of it when ${rule.description}`;
      return [{ resource, kind: "missing", detail }];
    }
    const details = [
      ...(found.state === alarmRuleState
        ? []
        : [`its state is ${found.state ?? "absent"}, planned ${alarmRuleState}`]),
      ...(samePattern(found.pattern, rule.pattern) ? [] : ["its pattern differs from the planned one"]),
      ...(found.targets.includes(place.topic) ? [] : [`it does not tell ${place.topic}`]),
    ];
    return details.map((detail) => ({ resource, kind: "changed", detail }));
  });
}

function samePattern(text: string | undefined, pattern: AlarmRule["pattern"]): boolean {
  return text !== undefined && canonicalJson(JSON.parse(text) as Json) === canonicalJson(pattern as Json);
}
