import type { AwsClients } from "../../automation/aws.ts";
import type { RequestLogLine, StandInCloud } from "../../rehearsal/request.ts";
import { fetchThrough } from "../../rehearsal/web.ts";
import { openStandIn } from "./stand-in.ts";

/** A stand-in cloud with a server of its own, and the real SDK's clients against it. */
export interface Wire {
  readonly cloud: StandInCloud;
  /** HTTPS of the rehearsal: registries answer here. */
  readonly http: typeof fetch;
  /** Clients of the deploy role of an account. */
  clients(account: string): AwsClients;
  /** Puts an object as the engine's provider would have. */
  put(
    account: string,
    type: string,
    id: string,
    arn: string | null,
    properties: Record<string, unknown>,
  ): void;
  /** Lines of the request log so far. */
  log(): RequestLogLine[];
  close(): Promise<void>;
}

export async function openWire(): Promise<Wire> {
  const standIn = await openStandIn();
  const clients = new Map<string, AwsClients>();
  return {
    cloud: standIn.cloud,
    http: fetchThrough(standIn.url),
    clients(account) {
      const made = clients.get(account) ?? standIn.clients(account);
      clients.set(account, made);
      return made;
    },
    put: (account, type, id, arn, properties) => standIn.store.put({ account, type, id, arn, properties }),
    log: standIn.log,
    close: standIn.close,
  };
}
