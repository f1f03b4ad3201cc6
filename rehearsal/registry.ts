import { randomUUID } from "node:crypto";
import { z } from "zod";
import { digestOf } from "../release/registry.ts";
import { publicRegistryAccount } from "./accounts.ts";
import { findImage, layerSize, putImage, putLayer, referencesOf } from "./images.ts";
import { AwsError, type Caller, type StandInCloud } from "./request.ts";
import { hostHeader } from "./server.ts";
import { callerOfToken, repositoryArn, repositoryOf } from "./services/ecr.ts";

const publicHosts = ["docker.io", "registry-1.docker.io"];
/** Docker Hub keeps its token service on a host of its own; here it is a path of the registry. */
const publicTokenPath = "/v2/token";
const publicTokenContext = "registry:anonymous-token";
const ecrHost = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/;
const uploadType = "ecr:upload";
const uploadProperties = z.object({ repository: z.string(), parts: z.array(z.string()) });

/** The registry that a host name stands for. */
interface Registry {
  readonly host: string;
  readonly account: string;
  readonly region: string;
}

/**
 * The registry API (OCI distribution, as ECR and the public registry speak it): `/v2/…` of the host in `X-Ivault-Host`. Every request
 * is one of ECR's actions to the stand-in, so that decision and request log are the same as for the SDK's calls.
 */
export async function handleRegistry(cloud: StandInCloud, request: Request): Promise<Response> {
  const host = request.headers.get(hostHeader) ?? "";
  const registry = registryOf(cloud, host);
  if (registry === undefined) return failure(404, "NAME_UNKNOWN", `There is no registry at ${host}.`);
  const isPublic = registry.account === publicRegistryAccount;
  if (isPublic && new URL(request.url).pathname === publicTokenPath) return publicToken(cloud);
  const caller = callerOf(cloud, registry, request.headers.get("authorization"));
  if (caller === undefined) return challenge(registry);
  try {
    return await route({ cloud, registry, caller, request });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { status, code } = registryErrors[error.code] ?? { status: error.status, code: "UNKNOWN" };
    return failure(status, code, error.message);
  }
}

function registryOf({ region }: StandInCloud, host: string): Registry | undefined {
  if (publicHosts.includes(host)) return { host, account: publicRegistryAccount, region };
  const [, account, ecrRegion] = ecrHost.exec(host) ?? [];
  return account === undefined || ecrRegion === undefined ? undefined : { host, account, region: ecrRegion };
}

/** `null`: an anonymous visitor of the public registry; undefined: has to log in first. */
function callerOf(
  cloud: StandInCloud,
  registry: Registry,
  authorization: string | null,
): Caller | null | undefined {
  const [scheme, value] = authorization?.split(" ", 2) ?? [];
  if (registry.account === publicRegistryAccount) {
    return scheme === "Bearer" && value !== undefined && isPublicToken(cloud, value) ? null : undefined;
  }
  if (scheme !== "Basic" || value === undefined) return undefined;
  const [user, password] = Buffer.from(value, "base64").toString("utf8").split(/:(.*)/s);
  return user === "AWS" && password !== undefined ? callerOfToken(cloud, password) : undefined;
}

function publicToken({ store }: StandInCloud): Response {
  const token = Buffer.from(store.seal(Buffer.from("anonymous"), publicTokenContext)).toString("base64url");
  return Response.json({ token, expires_in: 300 });
}

function isPublicToken({ store }: StandInCloud, token: string): boolean {
  try {
    store.open(Buffer.from(token, "base64url").toString("utf8"), publicTokenContext);
    return true;
  } catch {
    return false; // Authenticated encryption: whatever does not open was not issued here.
  }
}

function challenge({ host, account }: Registry): Response {
  const scheme =
    account === publicRegistryAccount
      ? `Bearer realm="https://${host}${publicTokenPath}",service="registry.docker.io"`
      : `Basic realm="https://${host}/",service="ecr.amazonaws.com"`;
  return failure(401, "UNAUTHORIZED", "authentication required", { "www-authenticate": scheme });
}

interface Visit {
  readonly cloud: StandInCloud;
  readonly registry: Registry;
  readonly caller: Caller | null;
  readonly request: Request;
}

function route(visit: Visit): Promise<Response> | Response {
  const { pathname } = new URL(visit.request.url);
  if (pathname === "/v2/") return new Response("{}", { headers: versionHeader });
  const [, repository, kind, reference] =
    /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs)\/([^/]*)$/.exec(pathname) ?? [];
  if (repository === undefined || reference === undefined) return unsupported();
  if (kind === "manifests") return manifests(visit, repository, reference);
  return kind === "blobs" ? blobs(visit, repository, reference) : uploads(visit, repository, reference);
}

/** Performs `effect` as one of ECR's actions on the repository, which has to exist. */
function perform<T>(visit: Visit, action: string, name: string, effect: () => T | Promise<T>): Promise<T> {
  const { cloud, caller, registry } = visit;
  const { account, region } = registry;
  return cloud.perform(
    {
      caller,
      service: "ecr",
      action,
      region,
      resource: repositoryArn(region, account, name),
      resourceAccount: account,
      input: { repositoryName: name },
    },
    () => {
      repositoryOf(cloud, account, name);
      return effect();
    },
  );
}

async function manifests(visit: Visit, repository: string, reference: string): Promise<Response> {
  const { cloud, registry, request } = visit;
  if (request.method === "PUT") return pushManifest(visit, repository, reference);
  if (request.method !== "GET" && request.method !== "HEAD") return unsupported();
  return perform(visit, "BatchGetImage", repository, () => {
    const image = findImage(cloud.store, registry.account, repository, reference);
    const manifest = image === undefined ? undefined : cloud.store.getBlob(image.digest);
    if (image === undefined || manifest === undefined) {
      throw new AwsError("ImageNotFoundException", "Requested image not found");
    }
    return content(request, manifest, image.mediaType, image.digest);
  });
}

async function pushManifest(visit: Visit, repository: string, reference: string): Promise<Response> {
  const { cloud, registry, request } = visit;
  const manifest = new Uint8Array(await request.arrayBuffer());
  const mediaType = request.headers.get("content-type") ?? "application/vnd.oci.image.manifest.v1+json";
  const tag = reference.startsWith("sha256:") ? undefined : reference;
  return perform(visit, "PutImage", repository, () => {
    const { store } = cloud;
    const { account } = registry;
    const digest = digestOf(manifest);
    if (tag === undefined && digest !== reference) {
      throw new AwsError(
        "ImageDigestDoesNotMatchException",
        `The manifest's digest is ${digest}, not ${reference}.`,
      );
    }
    const missing = referencesOf(manifest).filter(
      (each) => layerSize(store, account, repository, each) === undefined,
    );
    if (missing.length > 0) {
      throw new AwsError(
        "LayersNotFoundException",
        `The repository '${repository}' does not hold what the manifest refers to: ${missing.join(", ")}`,
      );
    }
    const { imageTagMutability } = repositoryOf(cloud, account, repository);
    const tagged = tag === undefined ? undefined : findImage(store, account, repository, tag);
    if (imageTagMutability === "IMMUTABLE" && tagged !== undefined && tagged.digest !== digest) {
      throw new AwsError(
        "ImageTagAlreadyExistsException",
        `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`,
      );
    }
    putImage(store, { account, repository, manifest, mediaType, tag, pushedAt: cloud.now() });
    return created(`/v2/${repository}/manifests/${digest}`, digest);
  });
}

async function blobs(visit: Visit, repository: string, digest: string): Promise<Response> {
  const { cloud, registry, request } = visit;
  if (request.method !== "GET" && request.method !== "HEAD") return unsupported();
  const action = request.method === "HEAD" ? "BatchCheckLayerAvailability" : "GetDownloadUrlForLayer";
  return perform(visit, action, repository, () => {
    const held = layerSize(cloud.store, registry.account, repository, digest) !== undefined;
    const bytes = held ? cloud.store.getBlob(digest) : undefined;
    if (bytes === undefined) return failure(404, "BLOB_UNKNOWN", "blob unknown to registry");
    return content(request, bytes, "application/octet-stream", digest);
  });
}

async function uploads(visit: Visit, repository: string, id: string): Promise<Response> {
  const { cloud, registry, request } = visit;
  const { store } = cloud;
  const { account } = registry;
  const location = (upload: string) => `/v2/${repository}/blobs/uploads/${upload}`;
  const keep = (upload: string, parts: readonly string[]) =>
    store.put({ account, type: uploadType, id: upload, arn: null, properties: { repository, parts } });
  const partsOf = () => {
    const stored = store.get(account, uploadType, id);
    const upload = stored === undefined ? undefined : uploadProperties.parse(stored.properties);
    if (upload?.repository === repository) return upload.parts;
    throw new AwsError(
      "UploadNotFoundException",
      `There is no upload ${id} to the repository '${repository}'.`,
    );
  };
  const body = new Uint8Array(await request.arrayBuffer());
  const append = () => (body.byteLength === 0 ? partsOf() : [...partsOf(), store.putBlob(body)]);
  if (request.method === "POST" && id === "") {
    return perform(visit, "InitiateLayerUpload", repository, () => {
      const upload = randomUUID();
      keep(upload, []);
      return accepted(location(upload), 0);
    });
  }
  if (request.method === "PATCH") {
    return perform(visit, "UploadLayerPart", repository, () => {
      const parts = append();
      keep(id, parts);
      return accepted(location(id), joined(cloud, parts).byteLength);
    });
  }
  if (request.method !== "PUT") return unsupported();
  return perform(visit, "CompleteLayerUpload", repository, () => {
    const bytes = joined(cloud, append());
    const announced = new URL(request.url).searchParams.get("digest");
    const digest = digestOf(bytes);
    if (announced !== digest) {
      throw new AwsError("InvalidLayerException", `The layer's digest is ${digest}, not ${announced}.`);
    }
    putLayer(store, account, repository, bytes);
    store.delete(account, uploadType, id);
    return created(`/v2/${repository}/blobs/${digest}`, digest);
  });
}

function joined({ store }: StandInCloud, parts: readonly string[]): Uint8Array {
  return Buffer.concat(
    parts.map((digest) => {
      const bytes = store.getBlob(digest);
      if (bytes === undefined) throw new Error(`The store lost part ${digest} of an upload.`);
      return bytes;
    }),
  );
}

const versionHeader = { "docker-distribution-api-version": "registry/2.0" };

function content(request: Request, bytes: Uint8Array, mediaType: string, digest: string): Response {
  const headers = {
    ...versionHeader,
    "content-type": mediaType,
    "content-length": String(bytes.byteLength),
    "docker-content-digest": digest,
  };
  return new Response(request.method === "HEAD" ? null : Buffer.from(bytes), { headers });
}

function accepted(location: string, received: number): Response {
  const range = `0-${Math.max(0, received - 1)}`;
  return new Response(null, { status: 202, headers: { ...versionHeader, location, range } });
}

function created(location: string, digest: string): Response {
  return new Response(null, {
    status: 201,
    headers: { ...versionHeader, location, "docker-content-digest": digest },
  });
}

function unsupported(): Response {
  return failure(405, "UNSUPPORTED", "The operation is unsupported.");
}

function failure(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json(
    { errors: [{ code, message }] },
    { status, headers: { ...versionHeader, ...headers } },
  );
}

/** How ECR's registry words the errors of its API: codes of the OCI distribution specification. */
const registryErrors: Readonly<Record<string, { readonly status: number; readonly code: string }>> = {
  AccessDeniedException: { status: 403, code: "DENIED" },
  UnrecognizedClientException: { status: 403, code: "DENIED" },
  RepositoryNotFoundException: { status: 404, code: "NAME_UNKNOWN" },
  ImageNotFoundException: { status: 404, code: "MANIFEST_UNKNOWN" },
  UploadNotFoundException: { status: 404, code: "BLOB_UPLOAD_UNKNOWN" },
  ImageDigestDoesNotMatchException: { status: 400, code: "DIGEST_INVALID" },
  InvalidLayerException: { status: 400, code: "DIGEST_INVALID" },
  LayersNotFoundException: { status: 400, code: "MANIFEST_BLOB_UNKNOWN" },
  ImageTagAlreadyExistsException: { status: 400, code: "TAG_INVALID" },
  ThrottlingException: { status: 429, code: "TOOMANYREQUESTS" },
};
