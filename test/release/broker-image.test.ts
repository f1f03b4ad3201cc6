import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import bcrypt from "bcryptjs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  brokerImage,
  brokerUsersFile,
  brokerVariables,
  entrypoint,
  natsConfiguration,
} from "../../release/broker-image.ts";
import type { BaseImage } from "../../release/image.ts";
import { singlePlatformImage } from "../../release/image.ts";
import { readLayer } from "../../release/layer.ts";

const subjects = {
  wallet: { publish: ["mpa.vault.request.>", "_INBOX_node0.>"], subscribe: ["mpa.vault.result.>"] },
  node0: { publish: ["mpa.vault.result.>", "mpa.vault.node.*.in"], subscribe: ["mpa.vault.node.0.>"] },
  node1: { publish: [], subscribe: [] },
};
const hash = bcrypt.hashSync("password", 4);
const golden = (name: string) => new URL(`../golden/broker/${name}`, import.meta.url).pathname;

const built = singlePlatformImage([{ path: "usr/local/bin/nats-server", content: "server" }]);
const base: BaseImage = {
  digest: built.digest,
  manifest: JSON.parse(Buffer.from(built.manifest.bytes).toString()),
  config: JSON.parse(Buffer.from(built.config.bytes).toString()),
};

describe("the broker's configuration", () => {
  it("is the reviewed one", async () => {
    await expect(natsConfiguration(subjects)).toMatchFileSnapshot(golden("nats-server.golden.conf"));
    await expect(entrypoint).toMatchFileSnapshot(golden("entrypoint.golden.sh"));
  });

  it("does not depend on the order of users or subjects", () => {
    const list = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 4 });
    const lists = fc.record({ publish: list, subscribe: list });
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), lists), (users) => {
        const reversed = Object.entries(users)
          .toReversed()
          .map(([user, { publish, subscribe }]) => [
            user,
            { publish: publish.toReversed(), subscribe: subscribe.toReversed() },
          ]);
        expect(natsConfiguration(Object.fromEntries(reversed))).toBe(natsConfiguration(users));
      }),
    );
  });

  it("holds no hash; the users' file does, and takes nothing but hashes", () => {
    expect(brokerUsersFile({ node0: hash, "approval-service": hash })).toBe(
      `password_approval_service: "${hash}"\npassword_node0: "${hash}"\n`,
    );
    expect(() => brokerUsersFile({ node0: "clear text" })).toThrow(/node0/);
    expect(() => brokerUsersFile({ node0: "clear text" })).not.toThrow(/clear text/);
  });
});

describe("the broker's image", () => {
  it("is one layer upon the base, started by our entrypoint without privileges", () => {
    const image = brokerImage(base, subjects);
    expect(image.digest).toBe(brokerImage(base, subjects).digest);
    expect(image.layers).toHaveLength(1);
    expect([...readLayer(image.layers[0]?.bytes ?? new Uint8Array()).files.keys()]).toEqual([
      "etc/nats/nats-server.conf",
      "usr/local/bin/broker-entrypoint.sh",
    ]);
    expect(JSON.parse(Buffer.from(image.config.bytes).toString()).config).toMatchObject({
      Entrypoint: ["/usr/local/bin/broker-entrypoint.sh"],
      User: "65534:65534",
    });
  });

  it("is another image when a user may do more", () => {
    const more = { ...subjects, node1: { publish: ["mpa.more"], subscribe: [] } };
    expect(brokerImage(base, more).digest).not.toBe(brokerImage(base, subjects).digest);
  });
});

describe("the broker's entrypoint", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "broker-"));
    mkdirSync(join(folder, "nats"));
    writeFileSync(
      join(folder, "nats-server"),
      `#!/bin/sh\nenv > "${folder}/environment"\necho "$@" > "${folder}/arguments"\n`,
      { mode: 0o755 },
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function start(values: Record<string, string>) {
    const script = entrypoint.replaceAll("/run/nats", join(folder, "nats"));
    return spawnSync("/bin/sh", ["-c", script], {
      env: { PATH: `${folder}${delimiter}/usr/bin${delimiter}/bin`, ...values },
      encoding: "utf8",
    });
  }
  const values = Object.fromEntries(brokerVariables.map((name) => [name, `canary-${name}\n%s $HOME \\n`]));

  it("puts the secrets into files of its own and starts the server without them", () => {
    expect(start(values)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const files = {
      "certificate.pem": "TLS_CERTIFICATE",
      "private-key.pem": "TLS_PRIVATE_KEY",
      "authority.pem": "TLS_AUTHORITY",
      "users.conf": "BROKER_USERS",
    };
    for (const [name, variable] of Object.entries(files)) {
      expect(readFileSync(join(folder, "nats", name), "utf8")).toBe(`${values[variable]}\n`);
      expect(statSync(join(folder, "nats", name)).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(join(folder, "environment"), "utf8")).not.toContain("canary");
    expect(readFileSync(join(folder, "arguments"), "utf8")).toBe("--config /etc/nats/nats-server.conf\n");
  });

  it.each(brokerVariables)("stops when %s is missing, and repeats no secret", (name) => {
    const { [name]: _, ...others } = values;
    const { status, stderr } = start(others);
    expect(status).toBe(78);
    expect(stderr).toMatch(/empty or missing/);
    expect(stderr).not.toContain("canary");
  });

  it("is a script that a POSIX shell accepts", () => {
    execFileSync("/bin/sh", ["-n", "-c", entrypoint]);
  });
});
