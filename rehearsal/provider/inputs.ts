import { isDeepStrictEqual } from "node:util";
import { argumentsOf, hex, type Properties, type ResourceType, record } from "./resource-type.ts";
import { tableFolder } from "./types/index.ts";

/** What the engine sends and expects in place of a value that a preview cannot know (the protocol's sentinel). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/**
 * What a program's arguments for a resource come to: with a name where the program gave none, or with the reasons why the stand-in
 * does not take them. Values that are not known yet pass.
 *
 * @param earlier the resource's inputs so far, from which a generated name is kept
 */
export function checkInputs(
  token: string,
  type: ResourceType,
  logicalName: string,
  given: Properties,
  earlier: Properties,
): { readonly inputs: Properties; readonly failures: readonly Failure[] } {
  const accepted = argumentsOf(type);
  const unknownArguments = Object.keys(given)
    .filter((property) => !accepted.includes(property) && property !== "__defaults")
    .map((property) => ({
      property,
      reason: `The rehearsal's stand-in for AWS does not know the argument ${property} of ${token}. It knows ${accepted.join(", ")}. If the argument exists on AWS, add it to the type's table in ${tableFolder}.`,
    }));
  const missing = type.required
    .filter((property) => given[property] === undefined)
    .map((property) => ({ property, reason: `${token} needs the argument ${property}; none was given.` }));
  const { autoName } = type;
  const named =
    autoName === undefined || given[autoName] !== undefined
      ? given
      : { ...given, [autoName]: earlier[autoName] ?? `${logicalName}-${hex(7)}` };
  const tags = type.taggable === true ? tagFailures(given.tags) : [];
  return { inputs: named, failures: [...unknownArguments, ...missing, ...tags] };
}

const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** AWS's rules for tags that hold in every service: at most 50, 128 characters a key, 256 a value, a limited set of characters. */
export function tagFailures(tags: unknown): readonly Failure[] {
  const entries = Object.entries(record(tags));
  const tooMany =
    entries.length > 50
      ? [{ property: "tags", reason: `A resource takes 50 tags; found ${entries.length}.` }]
      : [];
  const wrong = entries.flatMap(([key, value]) => {
    if (value === unknownValue) return [];
    const text = typeof value === "string" ? value : undefined;
    const reason =
      key === "" || key.length > 128
        ? "a key has 1 to 128 characters"
        : /^aws:/i.test(key)
          ? "keys that begin with aws: are AWS's own"
          : text === undefined || text.length > 256
            ? "a value is a text of at most 256 characters"
            : tagText.test(key) && tagText.test(text)
              ? undefined
              : "keys and values take letters, digits, spaces and _ . : / = + - @";
    return reason === undefined
      ? []
      : [
          {
            property: `tags[${JSON.stringify(key)}]`,
            reason: `Tag ${key} = ${JSON.stringify(value)}: ${reason}.`,
          },
        ];
  });
  return [...tooMany, ...wrong];
}

export interface Change {
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

/**
 * What differs between two sets of inputs. An argument that the program leaves out and the service fills in is no difference.
 *
 * @param filledIn names of the properties that the service fills in
 */
export function changesBetween(
  type: ResourceType,
  before: Properties,
  after: Properties,
  filledIn: readonly string[],
): readonly Change[] {
  const accepted = argumentsOf(type);
  const properties = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((property) =>
    accepted.includes(property),
  );
  return properties.flatMap((property): Change[] => {
    const [old, now] = [before[property], after[property]];
    if (isDeepStrictEqual(old, now) || (now === undefined && filledIn.includes(property))) return [];
    const kind = old === undefined ? "add" : now === undefined ? "delete" : "update";
    return [{ property, kind, replace: type.replaceOn.includes(property) }];
  });
}
