import { ChangeResourceRecordSetsCommand, ListHostedZonesByNameCommand } from "@aws-sdk/client-route-53";
import type { Action, ActionContext } from "./action.ts";
import { done, handoffOf, ready, waiting } from "./finding.ts";

/** Seconds; the vendor's advice. */
const timeToLive = 1800;

/** The deployment's zone has to be reachable from its parent before any certificate can be validated. */
export const dnsDelegation: Action = {
  async inspect(context) {
    const { zone } = context.model.names;
    const { zoneNameServers } = await handoffOf(context, "baseline-infrastructure");
    const delegated = await context.cloud.dns.nameServers(zone);
    if (sameServers(delegated, zoneNameServers))
      return done(context, `${zone} is delegated to ${zoneNameServers.length} name servers`);
    if ((await parentZoneId(context)) !== undefined)
      return ready(`${zone} is to be delegated in the parent zone, which is this account's`);
    return waiting(instruction(context, zoneNameServers, delegated), "parent zone's owner");
  },
  async perform(context) {
    const { zone } = context.model.names;
    const { zoneNameServers } = await handoffOf(context, "baseline-infrastructure");
    const parent = await parentZoneId(context);
    if (parent === undefined) return await this.inspect(context);
    await context.aws("infrastructure").route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: parent,
        ChangeBatch: {
          Changes: [
            {
              Action: "UPSERT",
              ResourceRecordSet: {
                Name: zone,
                Type: "NS",
                TTL: timeToLive,
                ResourceRecords: zoneNameServers.map((server) => ({ Value: server })),
              },
            },
          ],
        },
      }),
    );
    const delegated = await context.cloud.dns.nameServers(zone);
    if (sameServers(delegated, zoneNameServers))
      return done(context, `${zone} is delegated in the parent zone`, { create: 1 });
    return waiting(
      `the delegation of ${zone} is written and not yet seen from here; run again in some minutes`,
      "parent zone's owner",
    );
  },
};

/** What the parent zone's owner has to enter, ready to be copied. */
function instruction(context: ActionContext, servers: readonly string[], found: readonly string[]): string {
  const { zone } = context.model.names;
  const present = found.length === 0 ? "none are there" : `found ${found.join(", ")}`;
  return `${context.inputs.deployment.dns.parentZone} needs the NS records ${zone} → ${servers.join(", ")} (TTL ${timeToLive}); ${present}`;
}

/** The parent zone's id when it is a public zone of this very account. */
async function parentZoneId(context: ActionContext): Promise<string | undefined> {
  const { parentZone } = context.inputs.deployment.dns;
  const { HostedZones: zones = [] } = await context
    .aws("infrastructure")
    .route53.send(new ListHostedZonesByNameCommand({ DNSName: parentZone }));
  const found = zones.find(
    (zone) => plain(zone.Name ?? "") === plain(parentZone) && zone.Config?.PrivateZone !== true,
  );
  return found?.Id?.replace(/^\/hostedzone\//, "");
}

function sameServers(some: readonly string[], others: readonly string[]): boolean {
  const sorted = (servers: readonly string[]) => JSON.stringify(servers.map(plain).sort());
  return others.length > 0 && sorted(some) === sorted(others);
}

/** Without the root's dot and in lower case, as names are compared. */
function plain(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}
