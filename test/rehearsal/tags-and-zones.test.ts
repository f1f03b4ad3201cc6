import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { beforeAll, describe, expect, test } from "vitest";
import { delegatedNameServers, parentZone } from "../../rehearsal/zones.ts";
import { accountA, accountB, openStandIn, putKey, putRole, type TestStandIn } from "./stand-in.ts";

let standIn: TestStandIn;
beforeAll(async () => {
  standIn = await openStandIn();
  standIn.store.put(parentZone(accountA, "bank.example"));
  return standIn.close;
});

describe("finding by tag", () => {
  const find = async (account: string, Values?: string[]) => {
    const TagFilters = [{ Key: "ivault:resource", Values }, { Key: "ivault:deployment" }];
    const found = await standIn.clients(account).tagging.send(new GetResourcesCommand({ TagFilters }));
    return found.ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN);
  };

  test("gives the caller's own resources that carry every tag", async () => {
    const tags = (name: string) => ({
      tags: { "ivault:deployment": "customer-testnet", "ivault:resource": `wallet/${name}` },
    });
    const one = putKey(standIn.store, accountA, "one", tags("one"));
    const two = putKey(standIn.store, accountA, "two", tags("two"));
    putKey(standIn.store, accountA, "half", { tags: { "ivault:resource": "wallet/one" } });
    putKey(standIn.store, accountA, "untagged");
    expect(await find(accountA, ["wallet/one"])).toEqual([one]);
    expect(await find(accountA)).toEqual([one, two]);
    expect(await find(accountB)).toEqual([]);
  });

  test("does not give roles, whose tags only IAM reads", async () => {
    const arn = putRole(standIn.store, accountB, "tagged");
    const role = standIn.store.byArn(arn);
    if (role === undefined) throw new Error("the role was not stored");
    const tags = { "ivault:deployment": "x", "ivault:resource": "y" };
    standIn.store.put({ ...role, properties: { ...role.properties, tags } });
    expect(await find(accountB)).toEqual([]);
  });
});

describe("zones", () => {
  const nameServers = ["ns-1.example.net.", "ns-2.example.net."];
  const delegation: ResourceRecordSet = {
    Name: "testnet.bank.example",
    Type: "NS",
    TTL: 1800,
    ResourceRecords: nameServers.map((Value) => ({ Value })),
  };
  const change = (account: string, Id: string, Action: "CREATE" | "UPSERT" | "DELETE", record = delegation) =>
    standIn.clients(account).route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: Id,
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
      }),
    );
  const zoneId = async () => {
    const { route53 } = standIn.clients(accountA);
    const { HostedZones } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: "bank.example" }));
    expect(HostedZones).toMatchObject([{ Name: "bank.example.", Config: { PrivateZone: false } }]);
    return HostedZones?.[0]?.Id ?? "";
  };

  test("are found by name in their own account, and come with their name servers", async () => {
    const Id = await zoneId();
    const { DelegationSet } = await standIn.clients(accountA).route53.send(new GetHostedZoneCommand({ Id }));
    expect(DelegationSet?.NameServers).toHaveLength(4);
    const { route53 } = standIn.clients(accountB);
    expect((await route53.send(new ListHostedZonesByNameCommand({}))).HostedZones).toEqual([]);
    await expect(route53.send(new GetHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await expect(route53.send(new GetHostedZoneCommand({ Id: "ZNOTHING" }))).rejects.toMatchObject({
      name: "NoSuchHostedZone",
    });
  });

  test("delegate a zone below them by an NS record", async () => {
    const Id = await zoneId();
    expect(delegatedNameServers(standIn.store, "testnet.bank.example")).toEqual([]);
    const { ChangeInfo } = await change(accountA, Id, "UPSERT");
    const { route53 } = standIn.clients(accountA);
    const seen = await route53.send(new GetChangeCommand({ Id: ChangeInfo?.Id }));
    expect(seen.ChangeInfo?.Status).toBe("INSYNC");
    expect(delegatedNameServers(standIn.store, "testnet.bank.example")).toEqual([
      "ns-1.example.net",
      "ns-2.example.net",
    ]);
    const { ResourceRecordSets } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: Id }),
    );
    expect(ResourceRecordSets?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      "bank.example. NS",
      "bank.example. SOA",
      "testnet.bank.example. NS",
    ]);
    expect(ResourceRecordSets?.at(-1)).toMatchObject({
      TTL: 1800,
      ResourceRecords: delegation.ResourceRecords,
    });
  });

  test("take a record once by CREATE, and give it back by DELETE", async () => {
    const Id = await zoneId();
    const record: ResourceRecordSet = {
      Name: "a.bank.example",
      Type: "A",
      AliasTarget: { DNSName: "lb.example.com", HostedZoneId: "Z1", EvaluateTargetHealth: true },
    };
    await change(accountA, Id, "CREATE", record);
    const refused = { name: "InvalidChangeBatch" };
    await expect(change(accountA, Id, "CREATE", record)).rejects.toMatchObject(refused);
    await change(accountA, Id, "DELETE", record);
    await expect(change(accountA, Id, "DELETE", record)).rejects.toMatchObject(refused);
    await expect(
      change(accountA, Id, "UPSERT", { ...record, Name: "elsewhere.example" }),
    ).rejects.toMatchObject(refused);
  });
});
