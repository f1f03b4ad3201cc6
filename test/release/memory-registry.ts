import { digestOf } from "../../release/registry.ts";

/** A registry in memory behind a `fetch`, with what went in and which requests came. */
export interface MemoryRegistry {
  readonly http: typeof fetch;
  readonly blobs: Map<string, Uint8Array>;
  /** By `<repository>@<digest>` and `<repository>:<tag>`. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>;
  readonly requests: Request[];
}

/**
 * Speaks as much of the distribution specification as the client uses.
 *
 * @param guard - Answers a request instead of the registry, for instance with a challenge.
 */
export function memoryRegistry(
  guard: (request: Request) => Response | undefined = () => undefined,
): MemoryRegistry {
  const blobs = new Map<string, Uint8Array>();
  const manifests: MemoryRegistry["manifests"] = new Map();
  const requests: Request[] = [];
  const keyOf = (repository: string, reference: string) =>
    `${repository}${reference.includes(":") ? "@" : ":"}${reference}`;

  async function answer(request: Request): Promise<Response> {
    const refusal = guard(request);
    if (refusal) return refusal;
    const { pathname, searchParams } = new URL(request.url);
    const [, repository = "", kind, reference = ""] =
      /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(pathname) ?? [];
    if (request.method === "POST")
      return new Response(null, { status: 202, headers: { location: `${pathname}one?state=x` } });
    if (request.method === "PUT") {
      const bytes = new Uint8Array(await request.arrayBuffer());
      const digest = digestOf(bytes);
      if (kind === "blobs") {
        if (searchParams.get("digest") !== digest || searchParams.get("state") !== "x")
          return new Response(null, { status: 400 });
        blobs.set(`${repository}@${digest}`, bytes);
      } else {
        const manifest = { mediaType: request.headers.get("content-type") ?? "", bytes };
        manifests.set(keyOf(repository, digest), manifest).set(keyOf(repository, reference), manifest);
      }
      return new Response(null, { status: 201, headers: { "docker-content-digest": digest } });
    }
    const found =
      kind === "manifests"
        ? manifests.get(keyOf(repository, reference))
        : { bytes: blobs.get(`${repository}@${reference}`), mediaType: "application/octet-stream" };
    if (found?.bytes === undefined) return new Response(null, { status: 404 });
    const headers = { "content-type": found.mediaType, "docker-content-digest": digestOf(found.bytes) };
    return new Response(request.method === "HEAD" ? null : new Uint8Array(found.bytes), { headers });
  }

  return {
    blobs,
    manifests,
    requests,
    http: (input, init) => {
      const request = new Request(input, init);
      requests.push(request);
      return answer(request);
    },
  };
}
