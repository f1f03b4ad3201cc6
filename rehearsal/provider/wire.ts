import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./resource-type.ts";

// The messages only accept structs of the very copy of protobuf that the Pulumi SDK loads, so it is resolved from there.
const requireBesidePulumi = createRequire(import.meta.resolve("@pulumi/pulumi/proto/provider_pb.js"));
const { Struct }: { Struct: typeof StructMessage } = requireBesidePulumi(
  "google-protobuf/google/protobuf/struct_pb.js",
);
const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb.js") = requireBesidePulumi(
  "google-protobuf/google/protobuf/empty_pb.js",
);

export const empty = () => new Empty();

export function toStruct(properties: Properties): StructMessage {
  // By way of JSON, which drops undefined members as the protocol wants.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

export function fromStruct(struct: StructMessage | undefined): Properties {
  return struct === undefined ? {} : unwrapped(struct.toJavaScript());
}

const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const signatureKey = "4dabf18193072939515e22adb298388d";

/** Takes values out of the wire's wrapping for secrets; the engine itself remembers which outputs were made from them. */
function unwrapped(value: Properties): Properties {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unwrap(member)]));
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const members = new Map(Object.entries(value));
  return members.get(signatureKey) === secretSignature
    ? unwrap(members.get("value"))
    : unwrapped({ ...value });
}

/** One method of the engine's provider protocol (`pulumi/provider.proto`): takes the request's message, answers the response's. */
export type Method<Request, Response> = (request: Request) => Response | Promise<Response>;

export type Methods = Readonly<Record<string, Method<never, unknown>>>;

export interface Listening {
  readonly port: number;
  close(): void;
}

/** Serves the protocol on a free port of this machine; what is not among `methods` is answered as not implemented. */
export async function serve(methods: Methods): Promise<Listening> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const implementation: grpc.UntypedServiceImplementation = {};
  for (const name of Object.keys(providerService.ResourceProviderService)) {
    const method = methods[name];
    implementation[name] = method === undefined ? notImplemented(name) : unary(method);
  }
  server.addService(providerService.ResourceProviderService, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

function unary(method: Method<never, unknown>): grpc.handleUnaryCall<object, unknown> {
  return (call, callback) => {
    Promise.resolve()
      // Each method gets the message that the protocol has for its name.
      .then(() => method(call.request as never))
      .then(
        (answer) => callback(null, answer),
        (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: messageOf(error) }),
      );
  };
}

function notImplemented(name: string): grpc.handleUnaryCall<object, unknown> {
  return (_call, callback) =>
    callback({
      code: grpc.status.UNIMPLEMENTED,
      details: `The stand-in's provider does not implement ${name}.`,
    });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A bug in the stand-in, not an answer of the cloud: where it is, is worth more than its message.
  const bug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return bug ? (error.stack ?? error.message) : error.message;
}
