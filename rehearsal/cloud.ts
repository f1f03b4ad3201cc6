import { decide } from "./authorise.ts";
import { findSession, issueSession } from "./credentials.ts";
import { AwsError, type CloudRequest, type StandInCloud } from "./request.ts";
import { appendRequest } from "./request-log.ts";
import type { Store } from "./store.ts";

export interface StandInOptions {
  readonly store: Store;
  readonly region: string;
  readonly now: () => Date;
  /** `requests.jsonl` of the rehearsal's folder. */
  readonly logFile: string;
  /** See `StandInCloud.measurements`. */
  readonly measurements?: NonNullable<StandInCloud["measurements"]>;
}

/** The stand-in cloud over a store: every request is decided, performed and written down in one place. */
export function standInCloud({ store, region, now, logFile, measurements }: StandInOptions): StandInCloud {
  const record = (request: CloudRequest, decision: "allow" | "deny", by: string, status: number) => {
    const { caller, service, action, resource } = request;
    const account = caller?.account ?? null;
    const resourceAccount = request.resourceAccount ?? (resource === undefined ? undefined : caller?.account);
    appendRequest(logFile, {
      time: now().toISOString(),
      account,
      principal: caller?.principal ?? null,
      service,
      action,
      resource,
      resourceAccount,
      decision,
      by,
      status,
    });
  };
  return {
    store,
    region,
    now,
    ...(measurements === undefined ? {} : { measurements }),
    async perform(request, effect) {
      const decision = decide(store, request, now());
      if (!decision.allowed) {
        record(request, "deny", decision.by, decision.error.status);
        throw decision.error;
      }
      try {
        const result = await effect();
        record(request, "allow", decision.by, 200);
        return result;
      } catch (error) {
        record(request, "allow", decision.by, error instanceof AwsError ? error.status : 500);
        throw error;
      }
    },
    callerOf(accessKeyId, sessionToken) {
      const session = findSession(store, now(), accessKeyId, sessionToken);
      return session === undefined || session.expired ? undefined : session.caller;
    },
    issueSession: (principalArn, sessionName, limits) =>
      issueSession(store, now(), principalArn, sessionName, limits),
  };
}
