import { createHash, randomBytes } from "node:crypto";
import type { Caller } from "../request.ts";
import type { Store, StoredObject } from "../store.ts";
import { type ServicePrefix, services } from "./services.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** What a type's functions know while one of its resources is made, changed or taken away. */
export interface Place {
  readonly store: Store;
  readonly caller: Caller;
  /** The resource's own Region, or the provider's. */
  readonly region: string;
  readonly now: Date;
}

/**
 * One resource type of the `aws` package as the stand-in knows it: which arguments it understands, what the service fills in, under
 * which actions the requests are logged, and when AWS refuses. Argument and attribute names are those of `@pulumi/aws`; ids and the
 * forms of ARNs are those of the real provider.
 */
export interface ResourceType {
  readonly service: ServicePrefix;
  /** As the real provider names the type in its messages, for instance `KMS Key`. */
  readonly label: string;
  readonly actions: {
    readonly create: string;
    readonly read: string;
    /** The action for every changed argument, or by argument with `otherwise` for the rest. */
    readonly update: string | ({ readonly otherwise: string } & Readonly<Record<string, string>>);
    readonly delete: string;
  };
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Arguments whose change makes another resource. */
  readonly replaceOn: readonly string[];
  /** Takes a map of tags. */
  readonly taggable?: boolean;
  /** The argument that gets `<logical name>-<7 hex digits>` when the program leaves it out. */
  readonly autoName?: string;
  /** Arguments that name something else by its id or ARN: its type, and the error of a service that does not find it. */
  readonly references?: Readonly<Record<string, { readonly type: string; readonly code: string }>>;
  /** No two resources agree in these properties within an account (or anywhere); the error that says so. */
  readonly unique?: { readonly by: readonly string[]; readonly code: string; readonly everywhere?: boolean };
  /** What the service fills in: attributes, and arguments that the program left out. Never throws. */
  computed?(inputs: Properties, place: Place): Properties;
  /** Attributes that change with an update. */
  updated?(stored: Properties, place: Place): Properties;
  id(properties: Properties): string;
  /** The id to import by, where it is another than the id in the state. */
  importId?(properties: Properties): string;
  /** Name of the property that holds the ARN; absent: the type has none. */
  readonly arn?: string;
  /** Throws the AwsError with which the service refuses these arguments. */
  validate?(properties: Properties, place: Place): void;
  /** Throws the AwsError with which the service refuses to delete. */
  refuseDelete?(stored: Properties, place: Place): void;
  /** Properties of what stays for a waiting period instead of vanishing, marked by `deletionDate`; undefined: nothing stays. */
  remains?(stored: Properties, place: Place): Properties | undefined;
  /** What else comes and goes with the resource; `properties` is undefined when it is deleted. */
  effects?(change: { readonly properties?: Properties; readonly previous?: Properties }, place: Place): void;
}

export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** Create, read, update and delete actions of a type, in this order. */
export function actions(
  create: string,
  read: string,
  update: ResourceType["actions"]["update"],
  remove: string,
): ResourceType["actions"] {
  return { create, read, update, delete: remove };
}

/** `"a b c"` as the list of these words. */
export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Everything that a type accepts from a program; since version 7 of the package that is `region` too, except in global services. */
export function argumentsOf(type: ResourceType): readonly string[] {
  const tags = type.taggable === true ? ["tags"] : [];
  const region = services[type.service].global ? [] : ["region"];
  return [...type.required, ...type.optional, ...tags, ...region];
}

/** What the service fills in for these inputs, whichever type it is. */
export function computedOf(type: ResourceType, inputs: Properties, place: Place): Properties {
  return {
    ...(services[type.service].global ? {} : { region: place.region }),
    ...(type.taggable === true ? { tagsAll: inputs.tags ?? {} } : {}),
    ...type.computed?.(inputs, place),
  };
}

export function hex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);
}

/** Random capital letters and digits, as in role ids and hosted zone ids. */
export function capitals(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** Hex digits that always follow from the same parts: for what AWS derives instead of drawing. */
export function derived(digits: number, ...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, digits);
}

export function arn(service: string, place: Place, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.caller.account}:${resource}`;
}

/** Finds a resource of the caller's account by the id that the engine knows, its import id or its ARN. */
export function find(
  place: Pick<Place, "store" | "caller">,
  token: string,
  reference: unknown,
): StoredObject | undefined {
  if (typeof reference !== "string") return undefined;
  const { account } = place.caller;
  const byArn = reference.startsWith("arn:") ? place.store.byArn(reference) : undefined;
  if (byArn?.account === account && byArn.type === token) return byArn;
  return place.store.get(account, token, reference);
}

/** A list of plain objects among the properties; anything else counts as empty. */
export function records(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A plain object among the properties; anything else counts as empty. */
export function record(value: unknown): Properties {
  return isRecord(value) ? value : {};
}

export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
