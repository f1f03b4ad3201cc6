import { AwsError, type Caller, type StandInCloud } from "../request.ts";
import type { StoredObject } from "../store.ts";
import { changesBetween, unknownValue } from "./inputs.ts";
import { asPrinted } from "./printed-error.ts";
import {
  argumentsOf,
  computedOf,
  find,
  type Place,
  type Properties,
  type ResourceType,
} from "./resource-type.ts";
import { type Asked, afterCreating, isOnAnything, toCreate, toUse } from "./rights.ts";
import { services } from "./services.ts";
import { resourceType } from "./types/index.ts";

/** In whose name and where the provider acts, as its configuration says. */
export interface Actor {
  readonly cloud: StandInCloud;
  readonly caller: Caller;
  readonly region: string;
}

export interface Resource {
  readonly id: string;
  readonly properties: Properties;
}

/** A resource as a preview shows it: what the program gives is known, what the service fills in is not. */
export function previewCreate(actor: Actor, token: string, inputs: Properties): Properties {
  const type = resourceType(token);
  const unknown = Object.keys(computedOf(type, inputs, placeOf(actor, inputs))).map((key) => [
    key,
    unknownValue,
  ]);
  return {
    ...Object.fromEntries(unknown),
    ...(type.taggable === true ? { tagsAll: inputs.tags ?? {} } : {}),
    ...inputs,
  };
}

/** @throws Error with the text of the real provider, ending in the service's code and message */
export async function create(actor: Actor, token: string, inputs: Properties): Promise<Resource> {
  const type = resourceType(token);
  const place = placeOf(actor, inputs);
  const properties = { ...computedOf(type, inputs, place), ...inputs };
  const id = type.id(properties);
  const asked = toCreate(token, type, properties, place);
  const creating = { ...asked, creates: token };
  const made = await request(actor, type, type.actions.create, "creating", id, creating, inputs, () => {
    type.validate?.(properties, place);
    refuseDangling(type, properties, place);
    refuseDuplicate(type, token, properties, place);
    const previous = place.store.get(place.caller.account, token, id)?.properties;
    put(type, token, id, properties, place, previous);
    return { id, properties: current(token, id, place) };
  });
  const use = toUse(token, type, made.properties, place);
  for (const action of afterCreating(token, made.properties)) {
    const { resource: _, ...onAnything } = use;
    const on = isOnAnything(action) ? onAnything : use;
    await request(actor, type, action, "completing", id, on, {}, () => undefined);
  }
  return made;
}

/** The resource with this id (or import id, or ARN) and the inputs that would make it; undefined when it is gone. */
export async function read(
  actor: Actor,
  token: string,
  id: string,
  knownInputs: Properties,
): Promise<(Resource & { readonly inputs: Properties }) | undefined> {
  const type = resourceType(token);
  const place = placeOf(actor, knownInputs);
  const stored = findByAnyId(type, token, id, place);
  const found = await request(
    actor,
    type,
    type.actions.read,
    "reading",
    id,
    isOnAnything(type.actions.read) ? {} : toUse(token, type, stored?.properties ?? {}, place),
    {},
    () => stored,
  );
  if (found === undefined || found.properties.deletionDate !== undefined) return undefined;
  const filledIn = Object.keys(computedOf(type, found.properties, place));
  const importing = Object.keys(knownInputs).length === 0;
  const inputs = argumentsOf(type).flatMap((key) => {
    const value = found.properties[key];
    const ours = importing || key in knownInputs || !filledIn.includes(key);
    return ours && value !== undefined ? [[key, value]] : [];
  });
  return { id: found.id, properties: found.properties, inputs: Object.fromEntries(inputs) };
}

export function previewUpdate(
  actor: Actor,
  token: string,
  stored: Properties,
  inputs: Properties,
): Properties {
  const type = resourceType(token);
  const changing = Object.keys(type.updated?.(stored, placeOf(actor, inputs)) ?? {}).map((key) => [
    key,
    unknownValue,
  ]);
  return { ...merged(type, stored, {}, inputs), ...Object.fromEntries(changing) };
}

/**
 * Sends only what the program changed, as the real provider does: what somebody else changed in the meantime (a service's desired
 * count, for instance) stays as it is.
 */
export async function update(
  actor: Actor,
  token: string,
  id: string,
  before: Properties,
  inputs: Properties,
): Promise<Properties> {
  const type = resourceType(token);
  const place = placeOf(actor, inputs);
  const changes = changesBetween(type, before, inputs, Object.keys(computedOf(type, inputs, place)));
  const byAction = Map.groupBy(changes, ({ property }) => updateAction(type, property));
  for (const [action, group] of byAction) {
    const names = group.map(({ property }) => property);
    await request(
      actor,
      type,
      action,
      "updating",
      id,
      toUse(token, type, { ...current(token, id, place), ...pick(inputs, names) }, place, names),
      pick(inputs, names),
      () => {
        const stored = existing(type, token, id, place);
        const changed = merged(type, stored.properties, pick(before, names), pick(inputs, names));
        const properties = { ...changed, ...type.updated?.(changed, place) };
        type.validate?.(properties, place);
        refuseDangling(type, properties, place);
        put(type, token, stored.id, properties, place, stored.properties);
      },
    );
  }
  return current(token, id, place);
}

export function remove(actor: Actor, token: string, id: string, properties: Properties): Promise<void> {
  const type = resourceType(token);
  const place = placeOf(actor, properties);
  const asked = toUse(token, type, current(token, id, place), place);
  return request(actor, type, type.actions.delete, "deleting", id, asked, {}, () => {
    const stored = place.store.get(place.caller.account, token, id);
    if (stored === undefined) return;
    type.refuseDelete?.(stored.properties, place);
    place.store.transaction(() => {
      const remains = type.remains?.(stored.properties, place);
      if (remains === undefined) place.store.delete(stored.account, token, id);
      else place.store.put({ ...stored, properties: remains });
      type.effects?.({ previous: stored.properties }, place);
    });
  });
}

/** Names of what the service fills in for these inputs. */
export function filledInBy(actor: Actor, token: string, inputs: Properties): readonly string[] {
  return Object.keys(computedOf(resourceType(token), inputs, placeOf(actor, inputs)));
}

function placeOf({ cloud, caller, region }: Actor, inputs: Properties): Place {
  const own = typeof inputs.region === "string" && inputs.region !== unknownValue ? inputs.region : region;
  return { store: cloud.store, caller, region: own, now: cloud.now() };
}

function updateAction({ actions, service }: ResourceType, property: string): string {
  const named = typeof actions.update === "string" ? undefined : actions.update[property];
  if (named !== undefined) return named;
  if (property === "tags") return services[service].tag;
  return typeof actions.update === "string" ? actions.update : actions.update.otherwise;
}

async function request<T>(
  { cloud, caller, region }: Actor,
  { service, label }: ResourceType,
  action: string,
  doing: string,
  id: string,
  asked: Asked & { readonly creates?: string },
  input: Properties,
  effect: () => T,
): Promise<T> {
  try {
    return await cloud.perform({ caller, service, action, region, input, ...asked }, effect);
  } catch (error) {
    throw asPrinted(error, `${doing} ${label} (${id})`, `${services[service].name}: ${action}`);
  }
}

function put(
  type: ResourceType,
  token: string,
  id: string,
  properties: Properties,
  place: Place,
  previous: Properties | undefined,
): void {
  const { account } = place.caller;
  const whole = type.taggable === true ? { ...properties, tagsAll: properties.tags ?? {} } : properties;
  place.store.transaction(() => {
    place.store.put({ account, type: token, id, arn: arnOf(type, whole), properties: whole });
    type.effects?.({ properties: whole, previous }, place);
  });
}

function current(token: string, id: string, { store, caller }: Place): Properties {
  return store.get(caller.account, token, id)?.properties ?? {};
}

function existing(type: ResourceType, token: string, id: string, place: Place): StoredObject {
  const stored = place.store.get(place.caller.account, token, id);
  if (stored !== undefined) return stored;
  throw new AwsError("ResourceNotFoundException", `The ${type.label} ${id} does not exist.`, 404);
}

function findByAnyId(type: ResourceType, token: string, id: string, place: Place): StoredObject | undefined {
  const direct = find(place, token, id);
  if (direct !== undefined || type.importId === undefined) return direct;
  return place.store
    .list({ account: place.caller.account, type: token })
    .find(({ properties }) => type.importId?.(properties) === id);
}

function arnOf(type: ResourceType, properties: Properties): string | null {
  const value = type.arn === undefined ? undefined : properties[type.arn];
  return typeof value === "string" ? value : null;
}

function refuseDangling({ references = {} }: ResourceType, properties: Properties, place: Place): void {
  for (const [property, { type, code }] of Object.entries(references)) {
    const value = properties[property];
    if (value === undefined || value === "" || find(place, type, value) !== undefined) continue;
    throw new AwsError(code, `The ${property} '${value}' does not exist in account ${place.caller.account}.`);
  }
}

function refuseDuplicate(
  { unique, label }: ResourceType,
  token: string,
  properties: Properties,
  { store, caller, region }: Place,
): void {
  if (unique === undefined) return;
  const filter = unique.everywhere === true ? { type: token } : { account: caller.account, type: token };
  const twin = store
    .list(filter)
    .find(
      (other) =>
        (other.properties.region ?? region) === (properties.region ?? region) &&
        unique.by.every((property) => other.properties[property] === properties[property]),
    );
  if (twin === undefined) return;
  const said = unique.by.map((property) => `${property} ${properties[property]}`).join(", ");
  const scheduled = twin.properties.deletionDate === undefined ? "" : " and is scheduled for deletion";
  throw new AwsError(unique.code, `${label} with ${said} already exists${scheduled}.`, 409);
}

function merged(type: ResourceType, stored: Properties, before: Properties, changed: Properties): Properties {
  const removed = Object.keys(before).filter(
    (key) => changed[key] === undefined && argumentsOf(type).includes(key),
  );
  const kept = Object.entries(stored).filter(([key]) => !removed.includes(key));
  const result = { ...Object.fromEntries(kept), ...changed };
  return type.taggable === true ? { ...result, tagsAll: result.tags ?? {} } : result;
}

function pick(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => names.includes(key)));
}
