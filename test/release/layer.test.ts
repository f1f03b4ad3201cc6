import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layerOf, readLayer } from "../../release/layer.ts";
import { digestOf } from "../../release/registry.ts";

const file = fc.record({
  path: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,3}$/),
  content: fc.uint8Array({ maxLength: 70_000 }),
  mode: fc.constantFrom(0o600, 0o644, 0o755),
});
const files = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 6 });

describe("a layer", () => {
  it("depends on its files and not on their order", () => {
    fc.assert(
      fc.property(files, (list) => {
        expect(layerOf(list.toReversed())).toEqual(layerOf(list));
      }),
      { numRuns: 50 },
    );
  });

  it("gives back every file, through any gzip reader", () => {
    fc.assert(
      fc.property(files, (list) => {
        const { bytes, digest, diffId } = layerOf(list);
        expect(digestOf(bytes)).toBe(digest);
        expect(digestOf(gunzipSync(bytes))).toBe(diffId);
        const read = readLayer(bytes).files;
        expect([...read.keys()].sort()).toEqual(list.map(({ path }) => path).sort());
        for (const { path, content } of list)
          expect(Buffer.from(read.get(path) ?? []).equals(Buffer.from(content))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("has the same digest on every machine", () => {
    const { digest } = layerOf([
      { path: "etc/one", content: "1\n" },
      { path: "bin/two", content: "2\n", mode: 0o755 },
    ]);
    expect(digest).toBe("sha256:85d088c4bf3d0381d7973f668d40b4f68d2c31b31658ae4a0f4cc62d9f3b29f5");
  });

  it("refuses a path twice and a path that its header cannot hold", () => {
    expect(() =>
      layerOf([
        { path: "a", content: "1" },
        { path: "a", content: "2" },
      ]),
    ).toThrow(RangeError);
    expect(() => layerOf([{ path: "a".repeat(101), content: "" }])).toThrow(RangeError);
  });

  it("is understood by the system's tar", () => {
    withFolder((folder) => {
      writeFileSync(
        join(folder, "layer.tar.gz"),
        layerOf([{ path: "bin/run.sh", content: "#!/bin/sh\n", mode: 0o755 }]).bytes,
      );
      const listing = execFileSync("tar", ["-tvzf", join(folder, "layer.tar.gz")], {
        encoding: "utf8",
        env: { ...process.env, TZ: "UTC" },
      });
      expect(listing).toMatch(/^-rwxr-xr-x.* 10 .*bin\/run\.sh\n$/);
    });
  });

  it.each(process.platform === "linux" ? ["ustar", "pax", "gnu"] : ["ustar", "pax"])(
    "written by another tar in the form %s is read, long names too",
    (format) => {
      withFolder((folder) => {
        const path = `${"d".repeat(60)}/${"f".repeat(60)}`;
        mkdirSync(dirname(join(folder, path)));
        writeFileSync(join(folder, path), "content");
        execFileSync("tar", [
          `--format=${format}`,
          "-cf",
          join(folder, "out.tar"),
          "-C",
          folder,
          dirname(path),
        ]);
        expect(
          Buffer.from(readLayer(readFileSync(join(folder, "out.tar"))).files.get(path) ?? []).toString(),
        ).toBe("content");
      });
    },
  );

  it("names what it deletes", () => {
    const { files: kept, deleted } = readLayer(
      layerOf([{ path: "etc/.wh.release.json", content: "" }]).bytes,
    );
    expect([...kept.keys()]).toEqual([]);
    expect([...deleted]).toEqual(["etc/release.json"]);
  });

  it("that is no archive, or is cut off, is refused", () => {
    expect(() => readLayer(Buffer.alloc(2048, "x"))).toThrow(/no tar archive/);
    const archive = gunzipSync(layerOf([{ path: "a", content: "x".repeat(2000) }]).bytes);
    expect(() => readLayer(archive.subarray(0, 1024))).toThrow(/cut off/);
  });
});

function withFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "layer-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
