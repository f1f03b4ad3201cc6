import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  engineVersion,
  installedRoots,
  installOfficial,
  type OfficialSource,
  obtainEngine,
} from "../../../automation/engine/engine.ts";
import { executableOf, publish } from "../../../automation/engine/go-tools.ts";
import { natsServerTool } from "../../support/nats-server.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const root = new URL("../../../", import.meta.url);
const text = (path: string) => readFile(new URL(path, root), "utf8");

/** A program that answers `version` like the engine's command line. */
async function putEngine(bin: string, version: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "pulumi"), `#!/bin/sh\necho v${version}\n`, { mode: 0o755 });
}

describe("one version everywhere", () => {
  test("the SDK, the engine and the Go module are of one version", async () => {
    const manifest = JSON.parse(await text("package.json")) as { dependencies: Record<string, string> };
    expect(manifest.dependencies["@pulumi/pulumi"]).toBe(engineVersion);
    expect(await text("tools/go.mod")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion} `);
  });

  test("nats-server is of the version that its Go module says", async () => {
    expect(await text("tools/go.mod")).toContain(`${natsServerTool.package} v${natsServerTool.version} `);
  });
});

describe("finding an engine", () => {
  beforeEach(() => {
    vi.stubEnv("IVAULT_ENGINE", "");
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    vi.stubEnv("PULUMI_HOME", join(folder, "home"));
    vi.stubEnv("PATH", `${join(folder, "path", "bin")}${delimiter}/usr/bin${delimiter}/bin`);
  });
  const cache = () => join(folder, "cache", "ivault", "engine", `v${engineVersion}`, "bin");
  const found = async () => (await obtainEngine({ report: () => {} })).root;

  test("our cache comes first, then PATH, then the Pulumi home", async () => {
    await putEngine(join(folder, "home", "bin"), engineVersion);
    expect(await found()).toBe(join(folder, "home"));
    await putEngine(join(folder, "path", "bin"), engineVersion);
    expect(await found()).toBe(join(folder, "path"));
    await putEngine(cache(), engineVersion);
    expect(await found()).toBe(join(cache(), ".."));
  });

  test("another version is passed over, and so is what does not run", async () => {
    await putEngine(join(folder, "path", "bin"), "3.260.0");
    await putEngine(join(folder, "home", "bin"), "3.100.0");
    await putEngine(join(folder, "home", "versions", engineVersion, "bin"), engineVersion);
    expect(await found()).toBe(join(folder, "home", "versions", engineVersion));
  });

  test("the Go route does not take what somebody else installed", async () => {
    await putEngine(join(folder, "path", "bin"), engineVersion);
    vi.stubEnv("IVAULT_ENGINE", "go");
    vi.stubEnv("PATH", join(folder, "path", "bin"));
    await expect(obtainEngine({ report: () => {} })).rejects.toThrow("there is no `go` on PATH");
  });

  test("two runs at once build from the Go module without disturbing each other, and a third finds what they built", async () => {
    await mkdir(join(folder, "go"));
    const builtEngine = String.raw`#!/bin/sh\necho v${engineVersion}\n`;
    // Does what go does with these arguments: writes the program to the path after -o.
    const go = `#!/bin/sh\necho "$CGO_ENABLED $@" >> ${join(folder, "calls")}\nwhile [ "$1" != -o ]; do shift; done\nprintf '${builtEngine}' > "$2"\n`;
    await writeFile(join(folder, "go", "go"), go, { mode: 0o755 });
    vi.stubEnv("PATH", `${join(folder, "go")}${delimiter}/usr/bin${delimiter}/bin`);
    expect(await Promise.all([found(), found()])).toEqual([join(cache(), ".."), join(cache(), "..")]);
    expect(await found()).toBe(join(cache(), ".."));
    const calls = (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(/^0 build .*-trimpath .*version\.Version=v3\.259\.0 .*\/cmd\/pulumi$/);
    expect(await readdir(join(cache(), ".."))).toEqual(["bin"]);
  });

  test("when nothing works, one error lists what was tried and says what to install", async () => {
    await putEngine(join(folder, "path", "bin"), "3.260.0");
    vi.stubEnv("PATH", join(folder, "path", "bin"));
    const failure = await obtainEngine({ report: () => {} }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ exitCode: 4, details: { code: "no-engine" } });
    const { message, hint } = (failure as { details: { message: string; hint: string } }).details;
    expect(message).toContain(`${join(folder, "path", "bin", "pulumi")}: version 3.260.0`);
    expect(message).toContain("no pinned checksum");
    expect(message).toContain("no `go` on PATH");
    expect(hint).toContain(engineVersion);
    expect(hint).toContain("Go 1.26");
  });

  test("nothing is left of a route that failed", async () => {
    vi.stubEnv("PATH", folder);
    await obtainEngine({ report: () => {} }).catch(() => {});
    expect(await readdir(join(cache(), ".."))).toEqual([]);
  });
});

test("a folder of PATH counts when the SDK can be given it", () => {
  const roots = installedRoots({ PATH: `/usr/local/bin${delimiter}/opt/shims` }, "/users/ada");
  expect(roots).toEqual(["/usr/local", "/users/ada/.pulumi", `/users/ada/.pulumi/versions/${engineVersion}`]);
});

test("an executable is named as Go names it", () => {
  expect(executableOf({ package: "github.com/nats-io/nats-server/v2" })).toBe("nats-server");
  expect(executableOf({ package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" })).toBe("pulumi");
});

test("publishing replaces what lies there", async () => {
  await putEngine(join(folder, "new"), engineVersion);
  await putEngine(join(folder, "bin"), "0.0.1");
  await publish(join(folder, "new"), join(folder, "bin"), "pulumi");
  expect(await readFile(join(folder, "bin", "pulumi"), "utf8")).toContain(engineVersion);
});

describe("the official archive", () => {
  beforeEach(() => vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache")));
  const bin = () => join(folder, "cache", "ivault", "engine", `v${engineVersion}`, "bin");

  async function archive(): Promise<Buffer> {
    await putEngine(join(folder, "pulumi"), engineVersion);
    await writeFile(join(folder, "pulumi", "pulumi-language-nodejs"), "");
    return execFileSync("tar", ["-cz", "-C", folder, "pulumi"]);
  }
  const source = (bytes: Buffer, sha256: Record<string, string>): OfficialSource => ({
    fetch: async () => new Response(new Uint8Array(bytes)),
    platform: "linux-x64",
    sha256,
  });

  test("is installed with all that it holds when its checksum is the pinned one", async () => {
    const bytes = await archive();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await installOfficial(() => {}, source(bytes, { "linux-x64": sha256 }));
    expect((await readdir(bin())).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
  });

  test("is refused when its checksum is another one", async () => {
    const bytes = await archive();
    const wrong = "0".repeat(64);
    await expect(installOfficial(() => {}, source(bytes, { "linux-x64": wrong }))).rejects.toThrow(
      `${wrong} is pinned`,
    );
    await expect(readdir(bin())).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is not even fetched without a pinned checksum", async () => {
    const never: OfficialSource = {
      fetch: () => {
        throw new Error("fetched");
      },
      platform: "plan9-mips",
      sha256: {},
    };
    await expect(installOfficial(() => {}, never)).rejects.toThrow("no pinned checksum for plan9-mips");
  });
});
