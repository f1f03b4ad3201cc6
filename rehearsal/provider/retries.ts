import { setTimeout as delay } from "node:timers/promises";
import { AwsError, LostAnswer, type StandInCloud } from "../request.ts";

/** `max_retries` of the real provider. */
const attempts = 25;
const longestWaitMilliseconds = 20;

/**
 * What the real provider's SDK tries again (aws-sdk-go-v2, `retry.DefaultThrottleErrorCodes` and `DefaultRetryableErrorCodes`, 5xx, a
 * connection that was reset). An answer that merely did not come is not tried again: what was asked for may have been done.
 */
const passing =
  /^(Throttling|ThrottlingException|ThrottledException|RequestThrottled|RequestThrottledException|TooManyRequestsException|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown|PriorRequestNotComplete|RequestTimeout|RequestTimeoutException)$/;

/** Waits of the real provider itself: a role that was just made is not known to the other services at once. */
const youngPrincipal =
  /^(MalformedPolicyDocument|MalformedPolicyDocumentException|MalformedPolicy|InvalidParameterException)$/;

/** The same cloud to somebody who asks again, as often as the real provider does, with a wait that is short in a rehearsal. */
export function retrying(cloud: StandInCloud): StandInCloud {
  return {
    ...cloud,
    async perform(request, effect) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await cloud.perform(request, effect);
        } catch (error) {
          if (attempt >= attempts || !passes(error)) throw error;
          await delay(Math.min(2 ** attempt, longestWaitMilliseconds));
        }
      }
    },
  };
}

/** Whether the same request may go well a moment later. */
export function passes(error: unknown): boolean {
  if (error instanceof LostAnswer) return error.message.includes("connection reset");
  if (!(error instanceof AwsError)) return false;
  const { code, message, status } = error;
  return passing.test(code) || status >= 500 || (youngPrincipal.test(code) && message.includes("principal"));
}
