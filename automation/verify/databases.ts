import { paginateDescribeDBInstances } from "@aws-sdk/client-rds";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { AwsClients } from "../aws.ts";

/**
 * How every database of the account is kept, under the names that the plan has for it.
 *
 * @param ownKeys ARNs of the account's own keys; AWS names one of its own where a database has none of them.
 */
export async function readDatabases(
  { rds: client }: AwsClients,
  ownKeys: ReadonlySet<string>,
): Promise<readonly PlannedPart[]> {
  const found: PlannedPart[] = [];
  for await (const { DBInstances: page = [] } of paginateDescribeDBInstances({ client }, {})) {
    for (const one of page) {
      found.push({
        urn: one.DBInstanceArn ?? "",
        type: "aws:rds/instance:Instance",
        operation: "same",
        inputs: {
          publiclyAccessible: one.PubliclyAccessible,
          storageEncrypted: one.StorageEncrypted,
          kmsKeyId: ownKeys.has(one.KmsKeyId ?? "") ? one.KmsKeyId : undefined,
          deletionProtection: one.DeletionProtection,
        },
      });
    }
  }
  return found;
}
