import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Store, StoredObject } from "./store.ts";

// A commit is in the operating system's hands when the call returns, so a killed process loses nothing; only a power cut may take the
// last commits, which a rehearsal may lose. Write-ahead logging lets a second process read while this one writes.
const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS objects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    arn TEXT,
    properties TEXT NOT NULL,
    UNIQUE (account, type, id)
  );
  CREATE INDEX IF NOT EXISTS objects_by_arn ON objects (arn);
  CREATE INDEX IF NOT EXISTS objects_by_type ON objects (type, account);
`;

const columns = "account, type, id, arn, properties";
const row = z.object({
  account: z.string(),
  type: z.string(),
  id: z.string(),
  arn: z.string().nullable(),
  properties: z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
});
const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** Opens the stand-in's memory in `folder` and makes it where it does not exist: `cloud.db`, `blobs/sha256/` and `root.key`. */
export function openStore(folder: string): Store {
  const blobs = blobsIn(join(folder, "blobs", "sha256"));
  const rootKey = readOrMakeRootKey(join(folder, "root.key"));
  const database = new DatabaseSync(join(folder, "cloud.db"), { timeout: 10_000 });
  database.exec(schema);
  let inTransaction = false;

  return {
    folder,
    ...objectsIn(database),
    transaction(work) {
      if (inTransaction) return work();
      database.exec("BEGIN IMMEDIATE");
      inTransaction = true;
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      } finally {
        inTransaction = false;
      }
    },
    seal: (plaintext, context) => sealed(rootKey, plaintext, context).toString("base64"),
    open: (text, context) => opened(rootKey, Buffer.from(text, "base64"), context),
    ...blobs,
    close: () => database.close(),
  };
}

/** The accounts' objects as rows of the database. */
function objectsIn(database: DatabaseSync): Pick<Store, "get" | "byArn" | "list" | "put" | "delete"> {
  const selectOne = database.prepare(
    `SELECT ${columns} FROM objects WHERE account = ? AND type = ? AND id = ?`,
  );
  const selectByArn = database.prepare(
    `SELECT ${columns} FROM objects WHERE arn = ? ORDER BY sequence LIMIT 1`,
  );
  // One statement a filter, so that each uses its index.
  const selectMany = (condition: string) =>
    database.prepare(`SELECT ${columns} FROM objects ${condition} ORDER BY sequence`);
  const selectAll = selectMany("");
  const selectByAccount = selectMany("WHERE account = ?");
  const selectByType = selectMany("WHERE type = ? AND substr(id, 1, length(?2)) = ?2");
  const selectByBoth = selectMany("WHERE type = ? AND account = ? AND substr(id, 1, length(?3)) = ?3");
  const listed = ({ account, type, idBegins = "" }: Parameters<Store["list"]>[0]): unknown[] => {
    if (type === undefined) return account === undefined ? selectAll.all() : selectByAccount.all(account);
    return account === undefined
      ? selectByType.all(type, idBegins)
      : selectByBoth.all(type, account, idBegins);
  };
  const upsert = database.prepare(
    `INSERT INTO objects (${columns}) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account, type, id) DO UPDATE SET arn = excluded.arn, properties = excluded.properties`,
  );
  const remove = database.prepare("DELETE FROM objects WHERE account = ? AND type = ? AND id = ?");
  const one = (found: unknown): StoredObject | undefined =>
    found === undefined ? undefined : row.parse(found);
  return {
    get: (account, type, id) => one(selectOne.get(account, type, id)),
    byArn: (arn) => one(selectByArn.get(arn)),
    list: (filter) => listed(filter).map((found) => row.parse(found)),
    put({ account, type, id, arn, properties }) {
      upsert.run(account, type, id, arn, JSON.stringify(properties));
    },
    delete(account, type, id) {
      remove.run(account, type, id);
    },
  };
}

/** Bytes in files that are named by their digest. */
function blobsIn(folder: string): Pick<Store, "putBlob" | "getBlob"> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    putBlob(bytes) {
      const hex = createHash("sha256").update(bytes).digest("hex");
      const file = join(folder, hex);
      if (!existsSync(file)) {
        const partial = `${file}.${process.pid}.${randomBytes(4).toString("hex")}.partial`;
        writeFileSync(partial, bytes, { mode: 0o600 });
        renameSync(partial, file);
      }
      return `sha256:${hex}`;
    },
    getBlob(digest) {
      const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
      return hex === undefined ? undefined : readIfPresent(join(folder, hex));
    },
  };
}

/** AES-256-GCM: nonce, tag, ciphertext. `context` is authenticated and not kept, so it must be known to open. */
export function sealed(key: Uint8Array, plaintext: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const encryption = createCipheriv(cipher, key, nonce);
  encryption.setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([encryption.update(plaintext), encryption.final()]);
  return Buffer.concat([nonce, encryption.getAuthTag(), ciphertext]);
}

/** Opens what `sealed` made; throws when key, context or bytes are not the same. */
export function opened(key: Uint8Array, bytes: Uint8Array, context: string): Buffer {
  const decryption = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decryption.setAAD(Buffer.from(context));
  decryption.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decryption.update(bytes.subarray(nonceBytes + tagBytes)), decryption.final()]);
}

/** Linking a finished file into place is atomic and fails when another process was first; then the other's key counts. */
function readOrMakeRootKey(file: string): Uint8Array {
  const present = readIfPresent(file);
  if (present !== undefined) return present;
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, randomBytes(32), { mode: 0o600 });
  try {
    linkSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(partial);
  }
  return readFileSync(file);
}

function readIfPresent(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
