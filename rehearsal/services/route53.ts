import { randomUUID } from "node:crypto";
import { z } from "zod";
import { members } from "../input.ts";
import { restXmlProtocol } from "../protocols/rest-xml.ts";
import { AwsError } from "../request.ts";
import type { Store, StoredObject } from "../store.ts";
import { type HostedZone, recordId, recordType, zoneName, zonesOf } from "../zones.ts";
import type { HandlerContext, Handlers } from "./handler.ts";

const changeType = "route53:change";
const zoneId = { Id: z.string().min(1) };
const recordSet = z.object({
  Name: z.string().min(1),
  Type: z.string(),
  TTL: z.coerce.number().int().optional(),
  ResourceRecords: z.array(z.object({ Value: z.string() })).optional(),
  AliasTarget: z
    .object({
      HostedZoneId: z.string(),
      DNSName: z.string(),
      EvaluateTargetHealth: z.enum(["true", "false"]),
    })
    .optional(),
});
const changeBatch = z.object({
  Changes: z
    .array(z.object({ Action: z.enum(["CREATE", "DELETE", "UPSERT"]), ResourceRecordSet: recordSet }))
    .min(1),
});
const recordProperties = z.object({
  zoneId: z.string(),
  name: z.string(),
  type: z.string(),
  ttl: z.number().optional(),
  records: z.array(z.string()).optional(),
  aliases: z
    .array(
      z.object({ name: z.string(), zoneId: z.string(), evaluateTargetHealth: z.boolean().default(false) }),
    )
    .optional(),
});

type Change = z.infer<typeof changeBatch>["Changes"][number];

export const protocol = restXmlProtocol({
  namespace: "https://route53.amazonaws.com/doc/2013-04-01/",
  routes: [
    { action: "ListHostedZonesByName", method: "GET", path: "/2013-04-01/hostedzonesbyname" },
    { action: "GetHostedZone", method: "GET", path: "/2013-04-01/hostedzone/{Id}" },
    { action: "ChangeResourceRecordSets", method: "POST", path: "/2013-04-01/hostedzone/{Id}/rrset" },
    { action: "ListResourceRecordSets", method: "GET", path: "/2013-04-01/hostedzone/{Id}/rrset" },
    { action: "GetChange", method: "GET", path: "/2013-04-01/change/{Id}" },
  ],
  items: {
    HostedZones: "HostedZone",
    NameServers: "NameServer",
    Changes: "Change",
    ResourceRecordSets: "ResourceRecordSet",
    ResourceRecords: "ResourceRecord",
  },
  parameters: { dnsname: "DNSName", hostedzoneid: "HostedZoneId", maxitems: "MaxItems" },
});

/** Zones and records; the same record objects that the engine's provider makes. */
export const handlers: Handlers = {
  async ListHostedZonesByName(request) {
    const { cloud, caller, region, input } = request;
    const { DNSName } = members({ DNSName: z.string().optional() }, input, "InvalidInput");
    return cloud.perform(
      { caller, service: "route53", action: "ListHostedZonesByName", region, input },
      () => ({
        HostedZones: zonesOf(cloud.store, caller.account)
          .sort((a, b) => (reversed(a.name) < reversed(b.name) ? -1 : 1))
          .filter(({ name }) => DNSName === undefined || reversed(name) >= reversed(zoneName(DNSName)))
          .map((zone) => described(cloud.store, zone)),
        DNSName,
        IsTruncated: false,
        MaxItems: "100",
      }),
    );
  },
  async GetHostedZone(request) {
    return onZone(request, "GetHostedZone", (zone) => ({
      HostedZone: described(request.cloud.store, zone),
      DelegationSet: { NameServers: zone.nameServers },
    }));
  },
  async ListResourceRecordSets(request) {
    return onZone(request, "ListResourceRecordSets", (zone) => ({
      ResourceRecordSets: recordSets(request.cloud.store, zone),
      IsTruncated: false,
      MaxItems: "300",
    }));
  },
  async ChangeResourceRecordSets(request) {
    const { ChangeBatch } = members({ ChangeBatch: changeBatch }, request.input, "InvalidInput");
    return onZone(request, "ChangeResourceRecordSets", (zone) => {
      const { store } = request.cloud;
      const id = `C${randomUUID().replaceAll("-", "").slice(0, 20).toUpperCase()}`;
      const submittedAt = request.cloud.now().toISOString();
      store.transaction(() => {
        for (const change of ChangeBatch.Changes) apply(store, zone, change);
        store.put({ account: zone.account, type: changeType, id, arn: null, properties: { submittedAt } });
      });
      return { ChangeInfo: changeInfo(id, submittedAt) };
    });
  },
  async GetChange({ cloud, caller, region, input }) {
    const { Id } = members(zoneId, input, "InvalidInput");
    const resource = `arn:aws:route53:::change/${Id}`;
    return cloud.perform({ caller, service: "route53", action: "GetChange", region, resource, input }, () => {
      const change = cloud.store.get(caller.account, changeType, Id);
      if (change === undefined) {
        throw new AwsError("NoSuchChange", `A change with the ID ${Id} does not exist.`, 404);
      }
      return { ChangeInfo: changeInfo(Id, z.string().parse(change.properties.submittedAt)) };
    });
  },
};

function onZone<T extends Record<string, unknown>>(
  { cloud, caller, region, input }: HandlerContext,
  action: string,
  work: (zone: HostedZone) => T,
): Promise<T> {
  const { Id } = members(zoneId, input, "InvalidInput");
  const zone = zonesOf(cloud.store).find(({ zoneId: id }) => id === Id);
  const resource = `arn:aws:route53:::hostedzone/${Id}`;
  const request = {
    caller,
    service: "route53",
    action,
    region,
    resource,
    resourceAccount: zone?.account,
    input,
  };
  return cloud.perform(request, () => {
    if (zone === undefined)
      throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${Id}`, 404);
    return work(zone);
  });
}

function apply(store: Store, zone: HostedZone, { Action, ResourceRecordSet: record }: Change): void {
  const name = zoneName(record.Name);
  if (name !== zone.name && !name.endsWith(`.${zone.name}`)) {
    throw invalidChange(`RRSet with DNS name ${name}. is not permitted in zone ${zone.name}.`);
  }
  const id = recordId(zone.zoneId, name, record.Type);
  const present = store.get(zone.account, recordType, id);
  const named = `resource record set [name='${name}.', type='${record.Type}']`;
  if (Action === "CREATE" && present !== undefined) {
    throw invalidChange(`[Tried to create ${named} but it already exists]`);
  }
  if (Action !== "DELETE") {
    store.put({
      account: zone.account,
      type: recordType,
      id,
      arn: null,
      properties: propertiesOf(zone, name, record),
    });
    return;
  }
  if (present === undefined) throw invalidChange(`[Tried to delete ${named} but it was not found]`);
  store.delete(zone.account, recordType, id);
}

function propertiesOf(zone: HostedZone, name: string, record: z.infer<typeof recordSet>) {
  return {
    zoneId: zone.zoneId,
    name,
    fqdn: name,
    type: record.Type,
    ttl: record.TTL,
    records: record.ResourceRecords?.map(({ Value }) => Value),
    aliases:
      record.AliasTarget === undefined
        ? undefined
        : [
            {
              name: zoneName(record.AliasTarget.DNSName),
              zoneId: record.AliasTarget.HostedZoneId,
              evaluateTargetHealth: record.AliasTarget.EvaluateTargetHealth === "true",
            },
          ],
  };
}

function described(store: Store, zone: HostedZone) {
  return {
    Id: `/hostedzone/${zone.zoneId}`,
    Name: `${zone.name}.`,
    CallerReference: zone.zoneId,
    Config: { Comment: zone.comment, PrivateZone: false },
    ResourceRecordSetCount: recordSets(store, zone).length,
  };
}

/** The zone's own NS and SOA come with it; the rest are records that somebody made. */
function recordSets(store: Store, zone: HostedZone) {
  const own = { Name: `${zone.name}.`, SetIdentifier: undefined };
  const [first] = zone.nameServers;
  return [
    {
      ...own,
      Type: "NS",
      TTL: 172800,
      ResourceRecords: zone.nameServers.map((server) => ({ Value: `${server}.` })),
    },
    {
      ...own,
      Type: "SOA",
      TTL: 900,
      ResourceRecords: [{ Value: `${first}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }],
    },
    ...store
      .list({ account: zone.account, type: recordType })
      .map((stored: StoredObject) => recordProperties.parse(stored.properties))
      .filter((record) => record.zoneId === zone.zoneId)
      .map(({ name, type, ttl, records, aliases }) => ({
        Name: `${zoneName(name)}.`,
        Type: type,
        TTL: ttl,
        ResourceRecords: records?.map((Value) => ({ Value })),
        AliasTarget: aliases?.map((alias) => ({
          HostedZoneId: alias.zoneId,
          DNSName: `${alias.name}.`,
          EvaluateTargetHealth: alias.evaluateTargetHealth,
        }))[0],
      })),
  ];
}

/** Route 53 sorts zones by their labels from the right. */
function reversed(name: string): string {
  return name.split(".").reverse().join(".");
}

function changeInfo(id: string, submittedAt: string) {
  return { Id: `/change/${id}`, Status: "INSYNC", SubmittedAt: new Date(submittedAt) };
}

function invalidChange(message: string): AwsError {
  return new AwsError("InvalidChangeBatch", message);
}
