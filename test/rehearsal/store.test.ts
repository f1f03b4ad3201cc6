import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../rehearsal/store.ts";
import { openStore } from "../../rehearsal/store-sqlite.ts";

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-"));
  store = openStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const object = (id: string, properties = {}) => ({
  account: "111111111111",
  type: "aws:kms/key:Key",
  id,
  arn: `arn:aws:kms:us-east-2:111111111111:key/${id}`,
  properties,
});

describe("objects", () => {
  test("come back as they were put, by id and by ARN", () => {
    store.put(object("one", { tags: { a: "b" }, count: 2 }));
    expect(store.get("111111111111", "aws:kms/key:Key", "one")).toEqual(
      object("one", { tags: { a: "b" }, count: 2 }),
    );
    expect(store.byArn("arn:aws:kms:us-east-2:111111111111:key/one")?.id).toBe("one");
    expect(store.get("222222222222", "aws:kms/key:Key", "one")).toBeUndefined();
  });

  test("are listed in the order of their creation, which a change does not alter", () => {
    for (const id of ["b", "a", "c"]) store.put(object(id));
    store.put(object("b", { changed: true }));
    expect(store.list({ type: "aws:kms/key:Key" }).map(({ id }) => id)).toEqual(["b", "a", "c"]);
    expect(store.list({ account: "222222222222" })).toEqual([]);
  });

  test("are there for a second process while this one has the store open, and after closing", () => {
    store.put(object("kept"));
    const program = `
      import { openStore } from ${JSON.stringify(new URL("../../rehearsal/store-sqlite.ts", import.meta.url).href)};
      const store = openStore(${JSON.stringify(folder)});
      process.stdout.write(store.list({}).map(({ id }) => id).join());
      store.put(${JSON.stringify(object("from elsewhere"))});`;
    const out = execFileSync(process.execPath, [
      "--no-warnings",
      "--input-type=module-typescript",
      "--eval",
      program,
    ]);
    expect(out.toString()).toBe("kept");
    expect(store.list({}).map(({ id }) => id)).toEqual(["kept", "from elsewhere"]);
    store.close();
    store = openStore(folder);
    expect(store.list({}).map(({ id }) => id)).toEqual(["kept", "from elsewhere"]);
  });

  test("of a transaction are kept all or none", () => {
    const interrupted = () =>
      store.transaction(() => {
        store.put(object("first"));
        store.transaction(() => store.put(object("second")));
        throw new Error("interrupted");
      });
    expect(interrupted).toThrow("interrupted");
    expect(store.list({})).toEqual([]);
  });
});

describe("sealing", () => {
  test("opens with the same context only", () => {
    const sealed = store.seal(Buffer.from("material"), "key one");
    expect(Buffer.from(store.open(sealed, "key one")).toString()).toBe("material");
    expect(() => store.open(sealed, "key two")).toThrow();
  });

  test("survives reopening, under a key file that only its owner reads", () => {
    const sealed = store.seal(Buffer.from("material"), "key one");
    store.close();
    store = openStore(folder);
    expect(Buffer.from(store.open(sealed, "key one")).toString()).toBe("material");
    expect(statSync(join(folder, "root.key")).mode & 0o777).toBe(0o600);
  });
});

test("blobs are addressed by their SHA-256 and leave no partial files", () => {
  const digest = store.putBlob(Buffer.from("layer"));
  expect(store.putBlob(Buffer.from("layer"))).toBe(digest);
  expect(Buffer.from(store.getBlob(digest) ?? []).toString()).toBe("layer");
  expect(store.getBlob(`sha256:${"0".repeat(64)}`)).toBeUndefined();
  expect(readdirSync(join(folder, "blobs", "sha256"))).toEqual([digest.slice(7)]);
});
