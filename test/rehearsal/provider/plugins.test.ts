import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { imageNamed } from "../../../rehearsal/provider/docker.ts";

const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
const plugin = (name: string) =>
  fileURLToPath(new URL(`../../../rehearsal/plugins/${name}/pulumi-resource-${name}`, import.meta.url));

test.each([
  ["aws", "IVAULT_REHEARSAL_AWS_PORT"],
  ["docker", "IVAULT_REHEARSAL_DOCKER_PORT"],
])("the plugin %s says where its provider listens and ends with the engine", async (name, variable) => {
  const started = spawn(plugin(name), { env: { [variable]: "4711", PATH } });
  const [line] = await once(started.stdout, "data");
  expect(String(line)).toBe("4711\n");
  started.stdin.end();
  expect(await once(started, "exit")).toEqual([0, null]);
});

test.each(["aws", "docker", "awsx"])(
  "the plugin %s says what is missing when it is started by something else",
  async (name) => {
    const started = spawn(plugin(name), { env: { PATH } });
    const [[message], [code]] = await Promise.all([once(started.stderr, "data"), once(started, "exit")]);
    expect(String(message)).toMatch(/the rehearsal sets it for the engine that it starts/);
    expect(code).toBe(1);
  },
);

test.each([
  ["nats:2.12", "library/nats", "2.12"],
  ["nats", "library/nats", "latest"],
  ["natsio/nats:2", "natsio/nats", "2"],
  ["docker.io/library/nats:2@sha256:ab", "library/nats", "sha256:ab"],
])("the image name %s is read as Docker reads it", (name, repository, reference) => {
  expect(imageNamed(name)).toEqual({ account: "000000000000", repository, reference });
});

test("an account's own registry is recognized", () => {
  expect(imageNamed("111111111111.dkr.ecr.us-east-2.amazonaws.com/vault/wallet@sha256:ab")).toEqual({
    account: "111111111111",
    repository: "vault/wallet",
    reference: "sha256:ab",
  });
});
