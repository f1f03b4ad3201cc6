import type { Provider } from "@pulumi/aws";
import { AccountBaseline } from "../components/account-baseline.ts";
import { entry } from "../components/lookup.ts";
import { accountOfNode } from "../spec/deployment.ts";
import type { StackContext, StackDefinition } from "./definition.ts";

/** What a policy node's account has before the node's keys: roles, trail and alarms, and nothing of the wallet. */
function baselinePolicyNode(node: 1 | 2): StackDefinition<`baseline-policy-node${1 | 2}`> {
  const id = `baseline-policy-node${node}` as const;
  const account = accountOfNode(node);
  return {
    id,
    account,
    title: `Roles, trail and alarms of policy node ${node}'s account`,
    needs: [],
    longLived: false,
    placeholders: ({ names, region, accountIds }) => ({
      keyAdminRoleArn: names.keyAdminRole(node).arn,
      sealingRoleArn: names.sealingRole(node).arn,
      verifierRoleArn: names.verifierRole(account).arn,
      trailArn: `arn:aws:cloudtrail:${region}:${accountIds[account]}:trail/${names.prefix}-trail`,
    }),
    program: ({ deployment, model }: StackContext, provider: Provider) => {
      const baseline = new AccountBaseline(
        "account",
        { model, stack: id, account, alarmEmail: deployment.alarms.email },
        { provider },
      );
      return {
        keyAdminRoleArn: entry(baseline.roleArns, `policy-node${node}-key-admin`, "role"),
        sealingRoleArn: entry(baseline.roleArns, `policy-node${node}-sealing`, "role"),
        verifierRoleArn: entry(baseline.roleArns, `verifier-${account}`, "role"),
        trailArn: baseline.trailArn,
      };
    },
  };
}

export const baselinePolicyNode1 = baselinePolicyNode(1);
export const baselinePolicyNode2 = baselinePolicyNode(2);
