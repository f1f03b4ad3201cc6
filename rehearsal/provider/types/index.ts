import type { ResourceType, ResourceTypes } from "../resource-type.ts";
import { bucketTypes } from "./buckets.ts";
import { certificateTypes } from "./certificates.ts";
import { containerTypes } from "./containers.ts";
import { databaseTypes } from "./databases.ts";
import { deliveryTypes } from "./delivery.ts";
import { dnsTypes } from "./dns.ts";
import { egressTypes } from "./egress.ts";
import { hostTypes } from "./hosts.ts";
import { identityTypes } from "./identity.ts";
import { keyTypes } from "./keys-and-secrets.ts";
import { monitoringTypes } from "./monitoring.ts";
import { networkTypes } from "./network.ts";
import { routingTypes } from "./routing.ts";
import { securityGroupTypes } from "./security-groups.ts";

/** Every resource type that the stand-in knows, by the engine's token. */
export const resourceTypes: ResourceTypes = {
  ...bucketTypes,
  ...certificateTypes,
  ...containerTypes,
  ...databaseTypes,
  ...deliveryTypes,
  ...dnsTypes,
  ...egressTypes,
  ...hostTypes,
  ...identityTypes,
  ...keyTypes,
  ...monitoringTypes,
  ...networkTypes,
  ...routingTypes,
  ...securityGroupTypes,
};

/** Where a developer adds what is missing here. */
export const tableFolder = "rehearsal/provider/types/";

/** @throws Error that says where to add the type */
export function resourceType(token: string): ResourceType {
  const type = resourceTypes[token];
  if (type !== undefined) return type;
  const near = Object.keys(resourceTypes).filter((known) => known.split("/")[0] === token.split("/")[0]);
  const others = near.length === 0 ? "" : ` Known in this module: ${near.join(", ")}.`;
  throw new Error(
    `The rehearsal's stand-in for AWS does not know the resource type ${token}: add it to a table in ${tableFolder}.${others}`,
  );
}
