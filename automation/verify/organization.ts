import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  type ListPoliciesForTargetCommandOutput,
} from "@aws-sdk/client-organizations";
import type { World } from "../../isolation/world.ts";
import type { AwsClients } from "../aws.ts";
import { isDenied, unless } from "./attempt.ts";

type Organizations = AwsClients["organizations"];

export interface DeployedOrganization {
  /** null: in none. */
  readonly organization: { readonly id: string; readonly managementAccount: string } | null;
  readonly policies: World["organizationPolicies"];
  /** What the account is not shown, one sentence each. */
  readonly assumptions: readonly string[];
}

/**
 * The organization that an account belongs to, and the policies that it is under. AWS shows those to the management account and its
 * delegates alone; the proof then counts without them, which can only find more than there is.
 */
export async function readOrganization(
  { organizations }: AwsClients,
  account: string,
): Promise<DeployedOrganization> {
  const found = await unless("AWSOrganizationsNotInUseException", async () => {
    const answer = await organizations.send(new DescribeOrganizationCommand({}));
    return answer.Organization;
  });
  if (found === undefined) return { organization: null, policies: [], assumptions: [] };
  const { Id: id = "", MasterAccountId: managementAccount = "" } = found;
  const organization = { id, managementAccount };
  try {
    return { organization, policies: await policiesOn(organizations, account), assumptions: [] };
  } catch (error) {
    if (!isDenied(error)) throw error;
    const sentence = `Account ${account} is not shown the service and resource control policies of ${id}, which it is under: they keep nothing from working that has to, and nothing is proven by them.`;
    return { organization, policies: [], assumptions: [sentence] };
  }
}

const kinds = { scp: "SERVICE_CONTROL_POLICY", rcp: "RESOURCE_CONTROL_POLICY" } as const;

/** Policies on the account and on everything above it. What AWS attaches by itself allows everything. */
async function policiesOn(client: Organizations, account: string): Promise<World["organizationPolicies"]> {
  const policies: World["organizationPolicies"] = [];
  for (let target: string | undefined = account; target !== undefined; target = await above(client, target)) {
    for (const kind of ["scp", "rcp"] as const) {
      for (const id of await attached(client, target, kinds[kind])) {
        const { Policy: policy } = await client.send(new DescribePolicyCommand({ PolicyId: id }));
        const document = JSON.parse(policy?.Content ?? "{}") as Record<string, unknown>;
        policies.push({ target: account, kind, document });
      }
    }
  }
  return policies;
}

async function above(client: Organizations, child: string): Promise<string | undefined> {
  if (child.startsWith("r-")) return undefined;
  const { Parents: parents = [] } = await client.send(new ListParentsCommand({ ChildId: child }));
  return parents[0]?.Id;
}

async function attached(
  client: Organizations,
  TargetId: string,
  Filter: (typeof kinds)[keyof typeof kinds],
): Promise<string[]> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListPoliciesForTargetCommandOutput = await client.send(
      new ListPoliciesForTargetCommand({ TargetId, Filter, NextToken }),
    );
    ids.push(...(page.Policies ?? []).filter((one) => one.AwsManaged !== true).map(({ Id: id = "" }) => id));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return ids;
}
