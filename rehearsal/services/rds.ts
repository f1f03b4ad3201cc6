import { z } from "zod";
import { members, tagList } from "../input.ts";
import { AwsError } from "../request.ts";
import type { StoredObject } from "../store.ts";
import type { Handlers } from "./handler.ts";

const database = z.object({
  identifier: z.string(),
  instanceClass: z.string(),
  engine: z.string().optional(),
  status: z.string().default("available"),
  publiclyAccessible: z.boolean().default(false),
  storageEncrypted: z.boolean().default(false),
  kmsKeyId: z.string().optional(),
  deletionProtection: z.boolean().default(false),
});

/** Reading databases, which the engine's provider makes. */
export const handlers: Handlers = {
  async DescribeDBInstances({ cloud, caller, region, input }) {
    const { DBInstanceIdentifier: wanted } = members(
      { DBInstanceIdentifier: z.string().optional() },
      input,
      "InvalidParameterValue",
    );
    const resource = `arn:aws:rds:${region}:${caller.account}:db:${wanted ?? "*"}`;
    return cloud.perform(
      { caller, service: "rds", action: "DescribeDBInstances", region, resource, input },
      () => {
        const found = cloud.store
          .list({ account: caller.account, type: "aws:rds/instance:Instance" })
          .map(described)
          .filter(({ DBInstanceIdentifier: name }) => wanted === undefined || name === wanted);
        if (wanted !== undefined && found.length === 0)
          throw new AwsError("DBInstanceNotFound", `DBInstance ${wanted} not found.`, 404);
        return { DBInstances: found };
      },
    );
  },
};

function described({ arn, properties }: StoredObject) {
  const one = database.parse(properties);
  return {
    DBInstanceIdentifier: one.identifier,
    DBInstanceClass: one.instanceClass,
    Engine: one.engine,
    DBInstanceStatus: one.status,
    DBInstanceArn: arn,
    PubliclyAccessible: one.publiclyAccessible,
    StorageEncrypted: one.storageEncrypted,
    KmsKeyId: one.kmsKeyId,
    DeletionProtection: one.deletionProtection,
    TagList: tagList(properties),
  };
}
