import { decide } from "./authorise.ts";
import { findSession, issueSession } from "./credentials.ts";
import type { faultsOf, Struck } from "./faults/inject.ts";
import { AwsError, type CloudRequest, LostAnswer, type StandInCloud } from "./request.ts";
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
  /** Faults put in the way of requests; absent: none. */
  readonly faults?: ReturnType<typeof faultsOf>;
}

/** The stand-in cloud over a store: every request is decided, performed and written down in one place. */
export function standInCloud(options: StandInOptions): StandInCloud {
  const { store, region, now, logFile, measurements, faults } = options;
  const record = (
    request: CloudRequest,
    decision: "allow" | "deny",
    by: string,
    status: number,
    fault?: Struck["kind"],
  ) => {
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
      fault,
    });
  };
  /** Meets the fault; a request that it ends is written down before, since a wait may have no end. */
  const meet = async (request: CloudRequest, struck: Struck) => {
    if (struck.kind === "stuck") record(request, "allow", "fault", 0, struck.kind);
    try {
      await struck.before();
    } catch (error) {
      record(request, "allow", "fault", statusOf(error), struck.kind);
      throw error;
    }
  };
  return {
    store,
    region,
    now,
    ...(measurements === undefined ? {} : { measurements }),
    async perform(request, effect) {
      const struck = faults?.strike(request);
      if (struck !== undefined) await meet(request, struck);
      const decision = decide(store, request, now());
      if (!decision.allowed) {
        record(request, "deny", decision.by, decision.error.status);
        throw decision.error;
      }
      try {
        const result = await effect();
        record(
          request,
          "allow",
          decision.by,
          struck?.kind === "lost" || struck?.kind === "held" ? 0 : 200,
          struck?.kind,
        );
        faults?.done(request);
        return await afterwards(struck, result);
      } catch (error) {
        if (!(error instanceof LostAnswer))
          record(request, "allow", decision.by, statusOf(error), struck?.kind);
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

async function afterwards<T>(struck: Struck | undefined, result: T): Promise<T> {
  await struck?.after();
  return result;
}

function statusOf(error: unknown): number {
  if (error instanceof LostAnswer) return 0;
  return error instanceof AwsError ? error.status : 500;
}
