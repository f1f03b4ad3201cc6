import type { ListedPrincipal, World, WorldResource } from "../../isolation/world.ts";
import { roleObjects } from "../../rehearsal/seed.ts";
import type { Store } from "../../rehearsal/store.ts";

type Document = Record<string, unknown> | null | undefined;

/**
 * Makes the store hold a world's policies, as somebody with the right to would have deployed them. What the store has already keeps
 * whatever the world does not speak of.
 */
export function putWorld(store: Store, world: World): void {
  for (const principal of world.principals) putPrincipal(store, principal);
  for (const resource of world.resources) putResource(store, resource);
}

function putPrincipal(store: Store, { arn, kind, trust, identity }: ListedPrincipal): void {
  if (kind !== "role" || trust === undefined) return;
  const account = arn.split(":")[4] ?? "";
  const name = arn.split("/").at(-1) ?? "";
  const present = store.get(account, "aws:iam/role:Role", name)?.properties ?? {};
  const role = {
    name,
    arn,
    description: "",
    trust: trust as never,
    identity: identity as never,
    account: "infrastructure" as const,
  };
  for (const object of roleObjects(account, role, new Date(0))) {
    store.put({ ...object, properties: { ...present, ...object.properties } });
  }
}

function putResource(store: Store, resource: WorldResource): void {
  const { account, arn, policy } = resource;
  const id = arn.split(/[:/]/).at(-1) ?? arn;
  const put = (type: string, key: string, properties: Record<string, unknown>) => {
    const present = store.get(account, type, key)?.properties ?? {};
    store.put({ account, type, id: key, arn, properties: { ...present, ...properties } });
  };
  switch (resource.kind) {
    case "kms-key":
      put("aws:kms/key:Key", id, {
        keyId: id,
        arn,
        ...text(policy),
        multiRegion: resource.multiRegion ?? false,
        origin: resource.origin ?? "AWS_KMS",
        enableKeyRotation: true,
      });
      for (const grant of resource.grants ?? []) {
        const properties = { ...grant, grantId: grant.id, keyId: id };
        store.put({ account, type: "aws:kms/grant:Grant", id: grant.id, arn: null, properties });
      }
      return;
    case "secret":
      put("aws:secretsmanager/secret:Secret", arn, { arn, ...text(policy) });
      return;
    case "bucket": {
      put("aws:s3/bucket:Bucket", id, { bucket: id, region: "us-east-2", tags: {} });
      if (policy === null || policy === undefined) return;
      const properties = { bucket: id, ...text(policy) };
      store.put({ account, type: "aws:s3/bucketPolicy:BucketPolicy", id, arn: null, properties });
      return;
    }
    case "vpc-endpoint": {
      const service = id.replace("not-yet-made-", "");
      put("aws:ec2/vpcEndpoint:VpcEndpoint", id, {
        serviceName: `com.amazonaws.us-east-2.${service}`,
        ...text(policy),
      });
      return;
    }
    case "compute": {
      const role = resource.roleArn?.split("/").at(-1);
      if (resource.service === "ec2") {
        const profile = { name: role, role, arn: `arn:aws:iam::${account}:instance-profile/${role}` };
        store.put({
          account,
          type: "aws:iam/instanceProfile:InstanceProfile",
          id: role ?? "",
          arn: profile.arn,
          properties: profile,
        });
        put("aws:ec2/instance:Instance", id, { instanceType: "m6i.xlarge", iamInstanceProfile: role });
        return;
      }
      const family = role?.replace(/-task$/, "") ?? "";
      const definition = `arn:aws:ecs:us-east-2:${account}:task-definition/${family}:1`;
      const containerDefinitions = JSON.stringify([{ name: "one", image: "registry.example/one@sha256:00" }]);
      const properties = {
        family,
        revision: 1,
        containerDefinitions,
        arn: definition,
        taskRoleArn: resource.roleArn,
      };
      store.put({
        account,
        type: "aws:ecs/taskDefinition:TaskDefinition",
        id: family,
        arn: definition,
        properties,
      });
      return;
    }
    case "repository":
      return;
  }
}

function text(document: Document): { policy?: string } {
  return document === null || document === undefined ? {} : { policy: JSON.stringify(document) };
}
