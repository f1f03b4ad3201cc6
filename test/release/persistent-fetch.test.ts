import { expect, it } from "vitest";
import { persistently } from "../../release/persistent-fetch.ts";

/** Answers one after another, the last one from then on; a string is a connection that breaks. */
function answering(...answers: readonly (number | string)[]) {
  const bodies: string[] = [];
  const http = persistently(async (input) => {
    const answer = answers[Math.min(bodies.length, answers.length - 1)];
    bodies.push(await new Request(input).text());
    if (typeof answer === "number") return new Response(null, { status: answer });
    throw new TypeError("fetch failed", { cause: new Error(answer) });
  });
  return { http, bodies };
}

it.each([
  ["a disturbance", [503, 500, 200]],
  ["throttling", [429, 200]],
  ["a broken connection", ["ECONNRESET", 200]],
] as const)("%s is outlasted", async (_name, answers) => {
  const { http, bodies } = answering(...answers);
  expect((await http("https://registry.example/v2/")).status).toBe(200);
  expect(bodies).toHaveLength(answers.length);
});

it("the same body is sent again", async () => {
  const { http, bodies } = answering(503, 201);
  await http("https://registry.example/v2/a/manifests/b", { method: "PUT", body: "manifest" });
  expect(bodies).toEqual(["manifest", "manifest"]);
});

it("what lasts is told in the end", async () => {
  const { http } = answering(503);
  expect((await http("https://registry.example/v2/")).status).toBe(503);
});

it.each([401, 403, 404])("%i is an answer and not asked again", async (status) => {
  const { http, bodies } = answering(status, 200);
  expect((await http("https://registry.example/v2/")).status).toBe(status);
  expect(bodies).toHaveLength(1);
});

it("what may not be done twice is not asked again, unless the server said that it did nothing", async () => {
  const post = { method: "POST", body: "begin" };
  const disturbed = answering(503, 202);
  expect((await disturbed.http("https://registry.example/v2/a/blobs/uploads/", post)).status).toBe(503);
  const throttled = answering(429, 202);
  expect((await throttled.http("https://registry.example/v2/a/blobs/uploads/", post)).status).toBe(202);
});
