import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { z } from "zod";
import type { Caller, StandInCloud } from "../request.ts";
import { changesBetween, checkInputs, type Failure } from "./inputs.ts";
import { invoke } from "./invoke.ts";
import * as lifecycle from "./lifecycle.ts";
import type { ResourceType } from "./resource-type.ts";
import { configured } from "./session.ts";
import { resourceType } from "./types/index.ts";
import { empty, fromStruct, type Methods, toStruct } from "./wire.ts";

/**
 * What every provider of ours answers about itself.
 *
 * @param sdk the npm package whose programs it serves; the engine warns of a plugin that is older than the package
 */
export function commonMethods(sdk: "@pulumi/aws" | "@pulumi/docker"): Methods {
  const { version } = installed.parse(createRequire(import.meta.url)(`${sdk}/package.json`));
  return {
    handshake: () => new provider.ProviderHandshakeResponse(),
    getPluginInfo: () => new pluginMessages.PluginInfo().setVersion(version),
    cancel: empty,
    checkConfig: (request: messages.CheckRequest) => checkResponse(request.getNews()),
    diffConfig: (request: messages.DiffRequest) => {
      const before = request.hasOldInputs() ? request.getOldInputs() : request.getOlds();
      const same = isDeepStrictEqual(fromStruct(before), fromStruct(request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
      return new provider.DiffResponse().setChanges(same ? DIFF_NONE : DIFF_SOME);
    },
  };
}

const installed = z.object({ version: z.string() });

/**
 * The `aws` provider of a rehearsal, for one stack: the engine's protocol over the stand-in cloud. A stack has one explicit provider;
 * since the protocol does not say which instance a call comes from, the configuration that came last counts.
 *
 * @param stack its name, which the sessions of assumed roles bear too
 *
 * Secrets are left to the engine: a provider that does not accept them gets plain values and has its answers marked by the engine.
 */
export function awsProvider(cloud: StandInCloud, base: Caller, region: string, stack: string): Methods {
  let actor: lifecycle.Actor = { cloud, caller: base, region };
  return {
    ...commonMethods("@pulumi/aws"),
    async configure(request: messages.ConfigureRequest) {
      actor = await configured(cloud, base, fromStruct(request.getArgs()), { region, sessionName: stack });
      return new provider.ConfigureResponse().setSupportspreview(true);
    },
    check(request: messages.CheckRequest) {
      const token = request.getType();
      const given = fromStruct(request.getNews());
      const { inputs, failures } = checkInputs(
        token,
        resourceType(token),
        request.getName(),
        given,
        fromStruct(request.getOlds()),
      );
      return checkResponse(toStruct(inputs), failures);
    },
    diff(request: messages.DiffRequest) {
      const token = request.getType();
      const after = fromStruct(request.getNews());
      const before = fromStruct(request.getOldInputs());
      return diffResponse(resourceType(token), before, after, lifecycle.filledInBy(actor, token, after));
    },
    async create(request: messages.CreateRequest) {
      const inputs = fromStruct(request.getProperties());
      const response = new provider.CreateResponse();
      if (request.getPreview()) {
        return response.setProperties(toStruct(lifecycle.previewCreate(actor, request.getType(), inputs)));
      }
      const { id, properties } = await lifecycle.create(actor, request.getType(), inputs);
      return response.setId(id).setProperties(toStruct(properties));
    },
    async read(request: messages.ReadRequest) {
      const response = new provider.ReadResponse();
      const found = await lifecycle.read(
        actor,
        request.getType(),
        request.getId(),
        fromStruct(request.getInputs()),
      );
      if (found === undefined) return response;
      return response
        .setId(found.id)
        .setProperties(toStruct(found.properties))
        .setInputs(toStruct(found.inputs));
    },
    async update(request: messages.UpdateRequest) {
      const inputs = fromStruct(request.getNews());
      const properties = request.getPreview()
        ? lifecycle.previewUpdate(actor, request.getType(), fromStruct(request.getOlds()), inputs)
        : await lifecycle.update(
            actor,
            request.getType(),
            request.getId(),
            fromStruct(request.getOldInputs()),
            inputs,
          );
      return new provider.UpdateResponse().setProperties(toStruct(properties));
    },
    async delete(request: messages.DeleteRequest) {
      await lifecycle.remove(actor, request.getType(), request.getId(), fromStruct(request.getProperties()));
      return empty();
    },
    async invoke(request: messages.InvokeRequest) {
      const answer = await invoke(actor, request.getTok(), fromStruct(request.getArgs()));
      return new provider.InvokeResponse().setReturn(toStruct(answer));
    },
  };
}

function checkResponse(
  inputs: ReturnType<messages.CheckRequest["getNews"]>,
  failures: readonly Failure[] = [],
): messages.CheckResponse {
  const list = failures.map(({ property, reason }) =>
    new provider.CheckFailure().setProperty(property).setReason(reason),
  );
  return new provider.CheckResponse().setInputs(inputs).setFailuresList(list);
}

function diffResponse(
  type: ResourceType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  filledIn: readonly string[],
): messages.DiffResponse {
  const changes = changesBetween(type, before, after, filledIn);
  const replaces = changes.filter(({ replace }) => replace).map(({ property }) => property);
  const response = new provider.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(changes.map(({ property }) => property));
  response.setReplacesList(replaces);
  // Two of the same name cannot live side by side, so the old one goes first.
  const keepsName = type.unique?.by.every((property) => !replaces.includes(property)) ?? false;
  response.setDeletebeforereplace(replaces.length > 0 && keepsName);
  response.setHasdetaileddiff(true);
  for (const { property, kind, replace } of changes) {
    const detail = new provider.PropertyDiff().setKind(detailedKind(kind, replace)).setInputdiff(true);
    response.getDetaileddiffMap().set(property, detail);
  }
  return response;
}

function detailedKind(kind: "add" | "delete" | "update", replace: boolean) {
  const { Kind } = provider.PropertyDiff;
  if (kind === "add") return replace ? Kind.ADD_REPLACE : Kind.ADD;
  if (kind === "delete") return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}
