import { hostHeader } from "./server.ts";

const redirects = [301, 302, 303, 307, 308];

/** A `fetch` that never leaves this machine: whatever host is asked for, the stand-in's server gets the request and the host's name. */
export function fetchThrough(serverUrl: string): typeof fetch {
  const throughServer = async (request: Request, hops: number): Promise<Response> => {
    const meant = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.set(hostHeader, meant.host);
    const bodiless = request.method === "GET" || request.method === "HEAD";
    const response = await fetch(`${serverUrl}${meant.pathname}${meant.search}`, {
      method: request.method,
      headers,
      body: bodiless ? undefined : await request.arrayBuffer(),
      redirect: "manual",
      signal: request.signal,
    });
    const location = response.headers.get("location");
    const follows =
      redirects.includes(response.status) && request.redirect === "follow" && bodiless && hops > 0;
    if (location === null || !follows) return response;
    const next = new Request(new URL(location, meant), { method: request.method, signal: request.signal });
    return throughServer(next, hops - 1);
  };
  return (input, init) => throughServer(new Request(input, init), 5);
}
