import type { Caller, StandInCloud } from "../request.ts";

/** What one call of a service's action knows when it arrives. */
export interface HandlerContext {
  readonly cloud: StandInCloud;
  readonly caller: Caller;
  /** The Region of the request's signature; for global services the one that AWS signs for. */
  readonly region: string;
  /** The request's members under the names of AWS's own API, whichever protocol carried them. */
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Answers one action: calls `cloud.perform` for whatever it reads or changes, and returns the members of AWS's answer (dates as `Date`,
 * bytes as `Uint8Array`; the protocol encodes them). Throws AwsErrors.
 */
export type Handler = (context: HandlerContext) => Promise<Record<string, unknown>>;

/** Handlers of one service by the action's name. */
export type Handlers = Readonly<Record<string, Handler>>;

/**
 * S3 and the registry speak HTTP itself, not an action with members: they get the request as it arrived (path style, body whole, S3's
 * signature already verified) and answer a response; AwsErrors thrown are encoded by the server as S3 does. The host that the client
 * meant is in the header `x-ivault-host` when the request came through the rehearsal's `http`.
 */
export type S3Handler = (cloud: StandInCloud, request: Request, caller: Caller) => Promise<Response>;
export type RegistryHandler = (cloud: StandInCloud, request: Request) => Promise<Response>;
