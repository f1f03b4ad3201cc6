import { escapeXml, xmlMembers } from "../protocols/xml.ts";
import { AwsError, type Caller, type StandInCloud } from "../request.ts";
import { readBody } from "./s3-body.ts";
import { type Bucket, bucketPolicy, bucketsOf, findBucket, isVersioned } from "./s3-buckets.ts";
import {
  findObject,
  type ObjectAddress,
  type ObjectVersion,
  objectsOf,
  putDeleteMarker,
  putObject,
  removeVersion,
} from "./s3-objects.ts";
import { conditionKeys, keyRights } from "./s3-rights.ts";
import { objectLock, publicAccessBlock } from "./s3-settings.ts";

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Headers of an upload that its download carries again. */
const keptHeaders =
  /^(content-type|content-disposition|cache-control|x-amz-meta-.+|x-amz-server-side-encryption.*|x-amz-object-lock-.+)$/;

interface Call {
  readonly cloud: StandInCloud;
  readonly caller: Caller;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly bucket: string;
  readonly key: string;
}

/**
 * S3 with path-style addresses over the buckets that the engine's provider (or the vendor's seed) made. Logged and decided under the
 * IAM actions' names, which are not the operations' (a HEAD of an object is `s3:GetObject`).
 */
export async function handleS3(cloud: StandInCloud, request: Request, caller: Caller): Promise<Response> {
  const url = new URL(request.url);
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(url.pathname)) ?? [];
  const call: Call = { cloud, caller, request, query: url.searchParams, bucket, key };
  if (bucket === "") return listBuckets(call);
  const operation = key === "" ? bucketOperation(call) : objectOperations[request.method];
  if (operation !== undefined) return operation(call);
  const asked = `${request.method} of ${key === "" ? "a bucket" : "an object"} with ${url.search || "no query"}`;
  throw new AwsError(
    "NotImplemented",
    `The stand-in does not know the ${asked}; add it to rehearsal/services/s3.ts.`,
    501,
  );
}

type Operation = (call: Call) => Promise<Response>;

function bucketOperation({ request: { method }, query }: Call): Operation | undefined {
  if (method === "HEAD") return headBucket;
  if (method !== "GET") return undefined;
  if (query.get("list-type") === "2") return listObjects;
  if (query.has("policy")) return getBucketPolicy;
  if (query.has("publicAccessBlock")) return getPublicAccessBlock;
  if (query.has("object-lock")) return getObjectLock;
  return query.has("versioning") ? getBucketVersioning : undefined;
}

const objectOperations: Readonly<Record<string, Operation>> = {
  GET: (call) => getObject(call, true),
  HEAD: (call) => getObject(call, false),
  PUT: putObjectOperation,
  DELETE: deleteObject,
};

/** Performs `effect` on the bucket; a bucket that does not exist is asked for in the caller's own account. */
function perform<T>(call: Call, action: string, effect: (bucket: Bucket) => T): Promise<T> {
  const { cloud, caller, key } = call;
  const bucket = findBucket(cloud.store, call.bucket);
  return cloud.perform(
    {
      caller,
      service: "s3",
      action,
      region: bucket?.region ?? cloud.region,
      resource: `arn:aws:s3:::${call.bucket}${key === "" ? "" : `/${key}`}`,
      resourceAccount: bucket?.account ?? caller.account,
      input: { Bucket: call.bucket, ...(key === "" ? {} : { Key: key }) },
      context: conditionKeys(call.request, call.key),
      also: bucket === undefined ? [] : keyRights(cloud, bucket, key, action),
    },
    () => {
      if (bucket !== undefined) return effect(bucket);
      throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    },
  );
}

function listBuckets({ cloud, caller }: Call): Promise<Response> {
  return cloud.perform(
    { caller, service: "s3", action: "ListAllMyBuckets", region: cloud.region, input: {} },
    () => {
      const buckets = bucketsOf(cloud.store, caller.account).map(({ name, region }) => ({
        Name: name,
        BucketRegion: region ?? cloud.region,
      }));
      const members = { Owner: { ID: caller.account }, Buckets: buckets };
      return xml(
        "ListAllMyBucketsResult",
        xmlMembers(members, () => "Bucket"),
      );
    },
  );
}

function headBucket(call: Call): Promise<Response> {
  return perform(
    call,
    "ListBucket",
    ({ region = call.cloud.region }) => new Response(null, { headers: { "x-amz-bucket-region": region } }),
  );
}

function getBucketPolicy(call: Call): Promise<Response> {
  return perform(call, "GetBucketPolicy", (bucket) => {
    const policy = bucketPolicy(call.cloud.store, bucket);
    if (policy === undefined)
      throw new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404);
    return new Response(policy, { headers: { "content-type": "application/json" } });
  });
}

function getBucketVersioning(call: Call): Promise<Response> {
  return perform(call, "GetBucketVersioning", (bucket) =>
    xml(
      "VersioningConfiguration",
      xmlMembers({ Status: isVersioned(call.cloud.store, bucket) ? "Enabled" : undefined }, () => "member"),
    ),
  );
}

function getPublicAccessBlock(call: Call): Promise<Response> {
  return perform(call, "GetBucketPublicAccessBlock", (bucket) =>
    xml("PublicAccessBlockConfiguration", publicAccessBlock(call.cloud.store, bucket)),
  );
}

function getObjectLock(call: Call): Promise<Response> {
  return perform(call, "GetBucketObjectLockConfiguration", (bucket) =>
    xml("ObjectLockConfiguration", objectLock(call.cloud.store, bucket)),
  );
}

/** Pages of up to `max-keys`; the continuation token is the last key of the page before. Delimiters are not supported: nobody here asks for folders. */
function listObjects(call: Call): Promise<Response> {
  const { cloud, query } = call;
  if (query.has("delimiter")) {
    throw new AwsError(
      "NotImplemented",
      "The stand-in lists without a delimiter; add it to rehearsal/services/s3.ts.",
      501,
    );
  }
  return perform(call, "ListBucket", ({ account, name }) => {
    const prefix = query.get("prefix") ?? "";
    const limit = Number(query.get("max-keys") ?? 1000);
    const token = query.get("continuation-token");
    const after = token === null ? query.get("start-after") : Buffer.from(token, "base64url").toString();
    const objects = objectsOf(cloud.store, account, name).flatMap(({ key, versions }) => {
      const version = versions.at(-1);
      const listed = version !== undefined && version.blob !== null && key.startsWith(prefix);
      const follows = after === null || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
      return listed && follows ? [{ key, version }] : [];
    });
    const page = objects.slice(0, limit);
    const last = page.at(-1);
    const next =
      objects.length > page.length && last !== undefined
        ? Buffer.from(last.key).toString("base64url")
        : undefined;
    const summary = xmlMembers(
      {
        Name: name,
        Prefix: prefix,
        MaxKeys: limit,
        KeyCount: page.length,
        IsTruncated: next !== undefined,
        ContinuationToken: token ?? undefined,
        NextContinuationToken: next,
      },
      () => "member",
    );
    const contents = page.map(({ key, version }) => {
      const members = {
        Key: key,
        LastModified: new Date(version.lastModified),
        ETag: version.etag,
        Size: version.size,
        StorageClass: "STANDARD",
      };
      return `<Contents>${xmlMembers(members, () => "member")}</Contents>`;
    });
    return xml("ListBucketResult", summary + contents.join(""));
  });
}

function getObject(call: Call, withBody: boolean): Promise<Response> {
  const { cloud, request, query, key } = call;
  const wanted = query.get("versionId");
  return perform(call, wanted === null ? "GetObject" : "GetObjectVersion", (bucket) => {
    const versions = findObject(cloud.store, addressOf(call, bucket))?.versions ?? [];
    const version =
      wanted === null ? versions.at(-1) : versions.find(({ versionId }) => versionId === wanted);
    if (version === undefined && wanted !== null) {
      throw new AwsError("NoSuchVersion", "The specified version does not exist.", 404);
    }
    const bytes = version?.blob == null ? undefined : cloud.store.getBlob(version.blob);
    if (version === undefined || bytes === undefined) {
      throw new AwsError("NoSuchKey", `The specified key does not exist: ${key}`, 404);
    }
    const summed = request.headers.get("x-amz-checksum-mode") === "ENABLED";
    const kept = Object.entries(headersOf(version)).filter(
      ([name]) => summed || !name.startsWith("x-amz-checksum-"),
    );
    const headers = {
      ...Object.fromEntries(kept),
      "content-length": String(version.size),
      "accept-ranges": "bytes",
      "last-modified": new Date(version.lastModified).toUTCString(),
    };
    return new Response(withBody ? Buffer.from(bytes) : null, { headers });
  });
}

function headersOf({ versionId, etag, headers }: ObjectVersion): Record<string, string> {
  return { ...headers, etag, ...(versionId === "null" ? {} : { "x-amz-version-id": versionId }) };
}

async function putObjectOperation(call: Call): Promise<Response> {
  const { cloud, request } = call;
  const { bytes, crc32 } = await readBody(request);
  const kept = [...request.headers].filter(([name]) => keptHeaders.test(name));
  const headers = {
    "content-type": "binary/octet-stream",
    "x-amz-server-side-encryption": "AES256",
    ...Object.fromEntries(kept),
    ...(crc32 === undefined ? {} : { "x-amz-checksum-crc32": crc32, "x-amz-checksum-type": "FULL_OBJECT" }),
  };
  return perform(call, "PutObject", (bucket) => {
    const address = addressOf(call, bucket);
    const present = findObject(cloud.store, address)?.versions.at(-1);
    if (request.headers.get("if-none-match") === "*" && typeof present?.blob === "string") {
      throw new AwsError(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
        412,
      );
    }
    const versioned = isVersioned(cloud.store, bucket);
    const version = putObject(cloud.store, address, { content: bytes, headers, versioned, now: cloud.now() });
    const { "content-type": _, ...answered } = headersOf(version);
    return new Response(null, { headers: answered });
  });
}

/** Without a version in a versioned bucket a marker hides the object; a version under a lock cannot be deleted. */
function deleteObject(call: Call): Promise<Response> {
  const { cloud, query } = call;
  const wanted = query.get("versionId");
  return perform(call, wanted === null ? "DeleteObject" : "DeleteObjectVersion", (bucket) => {
    const address = addressOf(call, bucket);
    if (wanted === null && isVersioned(cloud.store, bucket)) {
      const { versionId } = putDeleteMarker(cloud.store, address, cloud.now());
      return new Response(null, {
        status: 204,
        headers: { "x-amz-delete-marker": "true", "x-amz-version-id": versionId },
      });
    }
    const doomed = wanted ?? "null";
    const version = findObject(cloud.store, address)?.versions.find(({ versionId }) => versionId === doomed);
    const lockedUntil = version?.headers["x-amz-object-lock-retain-until-date"];
    if (lockedUntil !== undefined && new Date(lockedUntil) > cloud.now()) {
      throw new AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403);
    }
    removeVersion(cloud.store, address, doomed);
    return new Response(null, {
      status: 204,
      headers: wanted === null ? {} : { "x-amz-version-id": wanted },
    });
  });
}

function addressOf({ key }: Call, { account, name }: Bucket): ObjectAddress {
  return { account, bucket: name, key };
}

function xml(root: string, members: string): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?><${escapeXml(root)} xmlns="${namespace}">${members}</${root}>`;
  return new Response(body, { headers: { "content-type": "application/xml" } });
}
