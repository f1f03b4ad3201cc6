import { z } from "zod";
import { AwsError } from "../request.ts";
import type { Store } from "../store.ts";
import { lastPart } from "./ecs-definitions.ts";

const clusterProperties = z.object({ name: z.string() });

export interface Cluster {
  readonly arn: string;
  readonly name: string;
}

export function clustersOf(store: Store, account: string): Cluster[] {
  return store
    .list({ account, type: "aws:ecs/cluster:Cluster" })
    .map(({ arn, properties }) => ({ arn: arn ?? "", name: clusterProperties.parse(properties).name }));
}

export function clusterOf(store: Store, account: string, nameOrArn: string | undefined): Cluster {
  const name = lastPart(nameOrArn ?? "default");
  const found = clustersOf(store, account).find((cluster) => cluster.name === name);
  if (found === undefined) throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  return found;
}
