import { describe, expect, it } from "vitest";
import { digestOf, manifestTypes, parseReference, registryClient } from "../../release/registry.ts";
import { memoryRegistry } from "./memory-registry.ts";

const host = "111111111111.dkr.ecr.us-east-2.amazonaws.com";
const bytes = Buffer.from("content");
const blob = { digest: digestOf(bytes), bytes };
const manifest = { digest: digestOf(bytes), bytes, mediaType: manifestTypes.image };

describe("a registry client", () => {
  it("reads what it has uploaded, by digest and by tag", async () => {
    const client = registryClient({ host, http: memoryRegistry().http });
    expect(await client.hasBlob("a/b", blob.digest)).toBe(false);
    await client.uploadBlob("a/b", blob);
    await client.putManifest("a/b", "2.4.0", manifest);
    expect(await client.hasBlob("a/b", blob.digest)).toBe(true);
    expect(Buffer.from(await client.blob("a/b", blob.digest))).toEqual(bytes);
    expect(await client.resolve("a/b", "2.4.0")).toBe(manifest.digest);
    expect(await client.resolve("a/b", "2.4.1")).toBeUndefined();
    expect((await client.manifest("a/b", manifest.digest)).mediaType).toBe(manifestTypes.image);
  });

  it("sends basic credentials with the first request", async () => {
    const registry = memoryRegistry();
    await registryClient({
      host,
      http: registry.http,
      credentials: { username: "AWS", password: "token" },
    }).hasBlob("a", blob.digest);
    expect(registry.requests.map(({ headers }) => headers.get("authorization"))).toEqual([
      `Basic ${btoa("AWS:token")}`,
    ]);
  });

  it("answers a bearer challenge once for each scope", async () => {
    let tokens = 0;
    const registry = memoryRegistry((request) => {
      const url = new URL(request.url);
      if (url.host === "auth.example") {
        tokens += 1;
        expect(Object.fromEntries(url.searchParams)).toEqual({
          service: "registry.example",
          scope: "repository:library/nats:pull",
        });
        return Response.json({ token: "granted" });
      }
      if (request.headers.get("authorization") === "Bearer granted") return undefined;
      const challenge =
        'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:library/nats:pull"';
      return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
    });
    registry.manifests.set(`library/nats@${manifest.digest}`, manifest);
    const client = registryClient({ host: "registry.example", http: registry.http });
    await client.manifest("library/nats", manifest.digest);
    await client.manifest("library/nats", manifest.digest);
    expect(tokens).toBe(1);
  });

  it("keeps its credentials from the host that an upload is sent to", async () => {
    const registry = memoryRegistry((request) => {
      if (request.method === "POST")
        return new Response(null, { status: 202, headers: { location: "https://elsewhere.example/upload" } });
      return new Response(null, { status: 201 });
    });
    await registryClient({
      host,
      http: registry.http,
      credentials: { username: "AWS", password: "token" },
    }).uploadBlob("a", blob);
    expect(registry.requests.map(({ headers }) => headers.has("authorization"))).toEqual([true, false]);
  });

  it("refuses content that is not what its digest says", async () => {
    const registry = memoryRegistry();
    const other = digestOf(Buffer.from("other"));
    registry.manifests.set(`a@${other}`, manifest);
    registry.blobs.set(`a@${other}`, bytes);
    const client = registryClient({ host, http: registry.http });
    await expect(client.manifest("a", other)).rejects.toMatchObject({ code: "wrong-digest" });
    await expect(client.blob("a", other)).rejects.toMatchObject({ code: "wrong-digest" });
  });

  it.each([
    [401, "denied"],
    [403, "denied"],
    [404, "not-found"],
    [500, "unexpected"],
  ])("tells what the status %i means", async (status, code) => {
    const client = registryClient({ host, http: memoryRegistry(() => new Response(null, { status })).http });
    await expect(client.blob("a", blob.digest)).rejects.toMatchObject({ code, status });
  });
});

describe("an image reference", () => {
  const digest = `sha256:${"ab".repeat(32)}`;
  it.each([
    ["nats", { host: "registry-1.docker.io", repository: "library/nats" }],
    [
      "docker.io/library/nats:2.14.5-alpine3.22",
      { host: "registry-1.docker.io", repository: "library/nats", tag: "2.14.5-alpine3.22" },
    ],
    [`${host}/customer/wallet@${digest}`, { host, repository: "customer/wallet", digest }],
    [`localhost:5000/a/b:1@${digest}`, { host: "localhost:5000", repository: "a/b", tag: "1", digest }],
    ["127.0.0.1:5000/a", { host: "127.0.0.1:5000", repository: "a" }],
    ["registry:5000/a", { host: "registry:5000", repository: "a" }],
    ["https://registry/a", undefined],
    ["Upper/case", undefined],
    ["a@sha256:12", undefined],
    ["", undefined],
  ])("%s is split into its parts", (reference, parts) => {
    expect(parseReference(reference)).toEqual(parts);
  });
});
