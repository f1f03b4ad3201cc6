import { createHash } from "node:crypto";

/** Media types of manifests that this program asks registries for. */
export const manifestTypes = {
  image: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  dockerImage: "application/vnd.docker.distribution.manifest.v2+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
} as const;

/** Bytes with their address in a registry. */
export interface Blob {
  /** `sha256:` and 64 hexadecimal digits over `bytes`. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What a registry refused or answered wrongly, for the caller to put into words of its own. */
export class RegistryError extends Error {
  readonly code: "not-found" | "denied" | "wrong-digest" | "unexpected";
  readonly status: number | undefined;
  constructor(code: RegistryError["code"], message: string, status?: number) {
    super(message);
    this.name = "RegistryError";
    this.code = code;
    this.status = status;
  }
}

/** One registry, spoken to as the OCI distribution specification 1.1 says. Everything that is read by digest is checked against it. */
export interface RegistryClient {
  readonly host: string;
  /** Digest that a tag (or a digest) stands for; undefined if the registry has no such manifest. */
  resolve(repository: string, reference: string): Promise<string | undefined>;
  manifest(repository: string, digest: string): Promise<Blob>;
  hasBlob(repository: string, digest: string): Promise<boolean>;
  blob(repository: string, digest: string): Promise<Uint8Array>;
  uploadBlob(repository: string, blob: Pick<Blob, "digest" | "bytes">): Promise<void>;
  /** Puts a manifest under its digest or under a tag. */
  putManifest(repository: string, reference: string, manifest: Blob): Promise<void>;
}

export interface RegistryOptions {
  /** Host name, with a port if it is not the usual one: `638663786504.dkr.ecr.us-east-1.amazonaws.com`. */
  readonly host: string;
  readonly http: typeof fetch;
  /** For ECR `AWS` and the token's password; absent: anonymous. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Plain HTTP, for a registry on this machine. */
  readonly insecureHttp?: boolean;
}

/** `sha256:<hex>` of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

type Request = (repository: string, address: string, options?: RequestInit) => Promise<Response>;

/** Sends requests with the credentials that the registry asks for. */
function requester(origin: string, { http, credentials }: RegistryOptions): Request {
  const basic =
    credentials &&
    `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  const tokens = new Map<string, string>();

  return async (repository, address, options = {}) => {
    const scope = `${repository} ${options.method === undefined || options.method === "HEAD" ? "pull" : "push"}`;
    const url = new URL(address, origin);
    const send = (authorization: string | undefined): Promise<Response> => {
      const headers = new Headers(options.headers);
      // An upload's address may lie on another host, which has no business with our credentials.
      if (authorization !== undefined && url.origin === origin) headers.set("authorization", authorization);
      return http(url, { ...options, headers });
    };
    const response = await send(tokens.get(scope) ?? basic);
    const challenge =
      response.status === 401 ? bearerChallenge(response.headers.get("www-authenticate")) : undefined;
    if (challenge === undefined) return response;
    const token = `Bearer ${await bearerToken(challenge, http, basic)}`;
    tokens.set(scope, token);
    return send(token);
  };
}

/**
 * Opens a registry. Basic credentials go with the first request; a Bearer challenge (Docker Hub's way) is answered with a token that is
 * kept for its scope.
 *
 * @throws RegistryError from every method: `denied` for 401 and 403, `not-found` for 404, `wrong-digest` for altered content.
 */
export function registryClient(options: RegistryOptions): RegistryClient {
  const { host, insecureHttp = false } = options;
  const origin = `${insecureHttp ? "http" : "https"}://${host}`;
  const request = requester(origin, options);

  function failure(response: Response, what: string): RegistryError {
    const { status } = response;
    const code = status === 404 ? "not-found" : status === 401 || status === 403 ? "denied" : "unexpected";
    return new RegistryError(code, `${host} answered ${status} to the request for ${what}`, status);
  }

  async function expect(response: Response, what: string): Promise<Response> {
    if (response.ok) return response;
    await response.body?.cancel();
    throw failure(response, what);
  }

  async function exists(
    repository: string,
    address: string,
    headers: Record<string, string>,
  ): Promise<Response | undefined> {
    const response = await request(repository, address, { method: "HEAD", headers });
    if (response.status === 404) return undefined;
    return expect(response, `${repository} (${address})`);
  }

  async function read(
    repository: string,
    kind: "manifests" | "blobs",
    digest: string,
    accept: string,
  ): Promise<Blob> {
    const what = `${repository}@${digest}`;
    const response = await expect(
      await request(repository, `/v2/${repository}/${kind}/${digest}`, { headers: { accept } }),
      what,
    );
    const bytes = new Uint8Array(await response.arrayBuffer());
    const found = digestOf(bytes);
    if (found !== digest) throw new RegistryError("wrong-digest", `${host} served ${found} as ${what}`);
    return { digest, bytes, mediaType: response.headers.get("content-type")?.split(";")[0]?.trim() ?? "" };
  }

  const acceptManifests = Object.values(manifestTypes).join(", ");

  return {
    host,
    async resolve(repository, reference) {
      const address = `/v2/${repository}/manifests/${reference}`;
      const response = await exists(repository, address, { accept: acceptManifests });
      if (response === undefined) return undefined;
      const digest = response.headers.get("docker-content-digest");
      if (digest !== null && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
      const whole = await expect(
        await request(repository, address, { headers: { accept: acceptManifests } }),
        `${repository}:${reference}`,
      );
      return digestOf(new Uint8Array(await whole.arrayBuffer()));
    },
    manifest: (repository, digest) => read(repository, "manifests", digest, acceptManifests),
    async hasBlob(repository, digest) {
      return (await exists(repository, `/v2/${repository}/blobs/${digest}`, {})) !== undefined;
    },
    async blob(repository, digest) {
      return (await read(repository, "blobs", digest, "*/*")).bytes;
    },
    async uploadBlob(repository, { digest, bytes }) {
      const what = `an upload to ${repository}`;
      const started = await expect(
        await request(repository, `/v2/${repository}/blobs/uploads/`, { method: "POST" }),
        what,
      );
      const location = started.headers.get("location");
      if (location === null)
        throw new RegistryError("unexpected", `${host} gave no address for ${what}`, started.status);
      const address = new URL(location, origin);
      address.searchParams.set("digest", digest);
      const headers = { "content-type": "application/octet-stream" };
      await expect(
        await request(repository, address.href, { method: "PUT", headers, body: body(bytes) }),
        `${what} of ${digest}`,
      );
    },
    async putManifest(repository, reference, { mediaType, bytes }) {
      const address = `/v2/${repository}/manifests/${reference}`;
      const options = { method: "PUT", headers: { "content-type": mediaType }, body: body(bytes) };
      await expect(await request(repository, address, options), `the manifest ${repository}:${reference}`);
    },
  };
}

/** The request body as the fetch types want it: bytes over a buffer that is not shared. */
function body(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function bearerChallenge(header: string | null): URL | undefined {
  if (header === null || !/^bearer /i.test(header)) return undefined;
  const fields = new Map(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name.toLowerCase(), value]),
  );
  const realm = fields.get("realm");
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  for (const name of ["service", "scope"]) {
    const value = fields.get(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

async function bearerToken(url: URL, http: typeof fetch, basic: string | undefined): Promise<string> {
  const response = await http(url, basic === undefined ? {} : { headers: { authorization: basic } });
  if (!response.ok)
    throw new RegistryError(
      "denied",
      `${url.host} gave no token for ${url.searchParams.get("scope")}`,
      response.status,
    );
  const answer: unknown = await response.json();
  const token =
    typeof answer === "object" &&
    answer !== null &&
    ("token" in answer ? answer.token : "access_token" in answer && answer.access_token);
  if (typeof token !== "string")
    throw new RegistryError("unexpected", `the answer of ${url.host} holds no token`, response.status);
  return token;
}

/** The parts of an image's name; `docker.io` is written as the host that serves it. */
export interface ImageReference {
  readonly host: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * Splits `host/repository[:tag][@sha256:…]`. A name without a host is one of Docker Hub, whose own images lie under `library/`.
 *
 * @returns undefined for what is no image reference.
 */
export function parseReference(reference: string): ImageReference | undefined {
  const match =
    /^(?:([a-z0-9.-]+\.[a-z0-9.-]+(?::\d+)?|localhost(?::\d+)?|[a-z0-9-]+:\d+)\/)?([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      reference,
    );
  const [, host = "docker.io", path, tag, digest] = match ?? [];
  if (path === undefined) return undefined;
  const hub = host === "docker.io" || host === "index.docker.io";
  const repository = hub && !path.includes("/") ? `library/${path}` : path;
  return {
    host: hub ? "registry-1.docker.io" : host,
    repository,
    ...(tag && { tag }),
    ...(digest && { digest }),
  };
}
