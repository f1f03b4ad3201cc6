import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { RequestPresigner } from "@smithy/types";
import { beforeAll, describe, expect, test } from "vitest";
import { findSession } from "../../rehearsal/credentials.ts";
import type { WireRequest } from "../../rehearsal/protocols/protocol.ts";
import { readSignature, signer } from "../../rehearsal/signature.ts";
import { accountA, openStandIn, region, type TestStandIn } from "./stand-in.ts";

let standIn: TestStandIn;
beforeAll(async () => {
  standIn = await openStandIn();
  const bucket = { bucket: "artefacts", region };
  standIn.store.put({
    account: accountA,
    type: "aws:s3/bucket:Bucket",
    id: "artefacts",
    arn: "arn:aws:s3:::artefacts",
    properties: bucket,
  });
  return standIn.close;
});

const presigns = (signs: object): signs is RequestPresigner => "presign" in signs;

describe("a presigned address", () => {
  /** The SDK's own signer signs, so that this is not our reading of the rules against itself. */
  async function presigned(expiresIn: number, signingDate = new Date()): Promise<URL> {
    const { s3 } = standIn.clients(accountA);
    const [, port] = standIn.url.split("127.0.0.1:");
    const signs = await s3.config.signer({
      name: "sigv4",
      signingName: "s3",
      signingRegion: region,
      properties: {},
    });
    if (!presigns(signs)) throw new Error("the client's signer does not presign");
    const { query, path } = await signs.presign(
      {
        method: "GET",
        protocol: "http:",
        hostname: "127.0.0.1",
        port: Number(port),
        path: "/artefacts/a%20file%2B1.txt",
        query: {},
        headers: { host: `127.0.0.1:${port}`, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      },
      { expiresIn, signingDate },
    );
    const url = new URL(path, standIn.url);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
    return url;
  }

  test("opens an object without any header", async () => {
    await standIn
      .clients(accountA)
      .s3.send(new PutObjectCommand({ Bucket: "artefacts", Key: "a file+1.txt", Body: "hello" }));
    const response = await fetch(await presigned(60));
    expect(await response.text()).toBe("hello");
  });

  test("is refused when it has ended or was altered", async () => {
    const ended = await fetch(await presigned(60, new Date("2026-01-01T00:00:00Z")));
    expect(ended.status).toBe(403);
    const altered = await presigned(60);
    altered.pathname = "/artefacts/another.txt";
    expect((await fetch(altered)).status).toBe(403);
  });
});

test("a body that does not have the hash which its request declares has no signer", () => {
  const session = standIn.cloud.issueSession(`arn:aws:iam::${accountA}:role/customer-testnet-deploy`, "test");
  const request: WireRequest = {
    method: "PUT",
    url: new URL("/artefacts/key", standIn.url),
    path: "/artefacts/key",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${session.accessKeyId}/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=00`,
      "x-amz-content-sha256": "0".repeat(64),
      "x-amz-date": "20260101T000000Z",
      "x-amz-security-token": session.sessionToken,
    },
    body: Buffer.from("body"),
  };
  const signature = readSignature(request);
  expect(signature).toMatchObject({
    accessKeyId: session.accessKeyId,
    service: "s3",
    signedHeaders: ["host"],
  });
  expect(signature && signer(standIn.cloud, request, signature)).toBeNull();
});

test("a session that has ended belongs to nobody", () => {
  const role = `arn:aws:iam::${accountA}:role/customer-testnet-deploy`;
  const { accessKeyId, expiration } = standIn.cloud.issueSession(role, "short");
  expect(
    findSession(standIn.store, new Date(expiration.getTime() - 1), accessKeyId, undefined)?.expired,
  ).toBe(false);
  expect(findSession(standIn.store, expiration, accessKeyId, undefined)?.expired).toBe(true);
});
