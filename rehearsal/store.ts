/** One thing in one account of the stand-in cloud: a resource, a secret's version, an image, an object in a bucket. */
export interface StoredObject {
  /** 12-digit account id of the owner. */
  readonly account: string;
  /** The engine's type token (`aws:kms/key:Key`) for what its provider makes; `<service>:<noun>` for the rest (`kms:material`). */
  readonly type: string;
  /** The id that the engine knows it by; unique within account and type. */
  readonly id: string;
  /** Full ARN, or null for what has none. */
  readonly arn: string | null;
  /** Attributes under the names that the engine's provider uses (camelCase), tags included as `tags`. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The stand-in cloud's memory: durable after every call that returns, readable by the next process. */
export interface Store {
  readonly folder: string;
  get(account: string, type: string, id: string): StoredObject | undefined;
  byArn(arn: string): StoredObject | undefined;
  /** All objects that match; in order of creation. `idBegins` counts where a type is given. */
  list(filter: {
    readonly account?: string;
    readonly type?: string;
    readonly idBegins?: string;
  }): StoredObject[];
  put(object: StoredObject): void;
  delete(account: string, type: string, id: string): void;
  /** Runs `work` so that either all of its changes are kept or none. */
  transaction<T>(work: () => T): T;
  /** Authenticated encryption under the store's own key, for key material; `context` must be given again to open. */
  seal(plaintext: Uint8Array, context: string): string;
  open(sealed: string, context: string): Uint8Array;
  /** Content-addressed bytes (image layers, bucket objects): returns `sha256:<hex>`. */
  putBlob(bytes: Uint8Array): string;
  getBlob(digest: string): Uint8Array | undefined;
  close(): void;
}
