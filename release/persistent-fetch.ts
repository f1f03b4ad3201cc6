import { setTimeout as delay } from "node:timers/promises";

/** As AWS's SDK for JavaScript, which asks three times, but more patient: registries throttle by the second. */
const attempts = 6;
const firstWaitMilliseconds = 100;

/** Requests that may be sent twice: what they do is the same done once or twice. */
const repeatable: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE"]);

/**
 * A `fetch` that asks again, with growing waits, when the server asks for patience (429), is disturbed (5xx), or the connection breaks. A
 * request that is not repeatable is asked again only where the server said that it did nothing (429).
 *
 * @param http the `fetch` below it; request bodies are texts or bytes, which can be sent again
 */
export function persistently(http: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const again = repeatable.has(request.method);
    for (let attempt = 1; ; attempt++) {
      const last = attempt === attempts;
      try {
        const response = await http(last ? request : request.clone());
        if (last || !(response.status === 429 || (again && response.status >= 500))) return response;
        await response.body?.cancel();
      } catch (error) {
        // `fetch` throws a TypeError for a connection that broke; an abort is the caller's own wish.
        if (last || !again || !(error instanceof TypeError)) throw error;
      }
      await delay(firstWaitMilliseconds * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, {
        signal: request.signal,
      });
    }
  };
}
