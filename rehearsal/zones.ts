import { z } from "zod";
import type { Store, StoredObject } from "./store.ts";

export const recordType = "aws:route53/record:Record";
const zoneType = "aws:route53/zone:Zone";
const zoneProperties = z.object({
  zoneId: z.string(),
  name: z.string().transform(zoneName),
  nameServers: z.array(z.string()),
  comment: z.string().optional(),
});
const delegation = z.object({
  zoneId: z.string(),
  name: z.string().transform(zoneName),
  type: z.string(),
  records: z.array(z.string()).default([]),
});

export interface HostedZone extends z.infer<typeof zoneProperties> {
  readonly account: string;
}

/** Public zones of one account, or of all. */
export function zonesOf(store: Store, account?: string): HostedZone[] {
  return store
    .list({ account, type: zoneType })
    .map((stored) => ({ account: stored.account, ...zoneProperties.parse(stored.properties) }));
}

/** Lower case and without the final dot. */
export function zoneName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Id that the engine's provider gives a record. */
export function recordId(zoneId: string, name: string, type: string): string {
  return `${zoneId}_${zoneName(name)}_${type}`;
}

/** What the world would be told when it asks for a zone's name servers: the NS record in the nearest zone above it. */
export function delegatedNameServers(store: Store, zone: string): readonly string[] {
  const above = zonesOf(store)
    .filter(({ name }) => zoneName(zone).endsWith(`.${name}`))
    .sort((a, b) => b.name.length - a.name.length);
  const record = above
    .flatMap((parent) =>
      store.list({ account: parent.account, type: recordType }).map((stored) => ({ parent, stored })),
    )
    .map(({ parent, stored }) => ({ parent, ...delegation.parse(stored.properties) }))
    .find((each) => each.zoneId === each.parent.zoneId && each.type === "NS" && each.name === zoneName(zone));
  return (record?.records ?? []).map(zoneName);
}

/** A public zone that exists from the beginning: the organization's own, in which the deployment's zone is delegated. */
export function parentZone(account: string, name: string): StoredObject {
  const zoneId = "Z00000000PARENTZONE";
  const arn = `arn:aws:route53:::hostedzone/${zoneId}`;
  const nameServers = ["com", "net", "org", "co.uk"].map(
    (ending, index) => `ns-${index + 1}.awsdns-0${index}.${ending}`,
  );
  const comment = "The organization's own zone, made before the deployment";
  return {
    account,
    type: zoneType,
    id: zoneId,
    arn,
    properties: { arn, zoneId, name, nameServers, comment, tags: {} },
  };
}
