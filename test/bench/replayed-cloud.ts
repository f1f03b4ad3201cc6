import { setTimeout as delay } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { CreateRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Cloud } from "../../automation/cloud.ts";

const portVariable = "IVAULT_REHEARSAL_AWS_PORT";
const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * The same rehearsal, in which making a resource takes time: between the engine and the stand-in's provider everything passes as it is,
 * and the answer to a create is held back.
 *
 * @param milliseconds for which a resource of this type is being made
 */
export function replayed(cloud: Cloud, milliseconds: (type: string) => number): Cloud {
  return {
    ...cloud,
    async plugins(stack, account) {
      const plugins = await cloud.plugins(stack, account);
      const relay = await startRelay(`127.0.0.1:${plugins.environment[portVariable]}`, milliseconds);
      return {
        ...plugins,
        environment: { ...plugins.environment, [portVariable]: `${relay.port}` },
        async close() {
          relay.close();
          await plugins.close();
        },
      };
    },
  };
}

async function startRelay(address: string, milliseconds: (type: string) => number) {
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), unlimited);
  const server = new grpc.Server(unlimited);
  const same = (bytes: Buffer) => bytes;
  for (const [name, method] of Object.entries(providerService.ResourceProviderService)) {
    const bytes = {
      ...method,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    const pass: grpc.handleUnaryCall<Buffer, Buffer> = (call, callback) => {
      client.makeUnaryRequest(method.path, same, same, call.request, call.metadata, (error, answer) => {
        if (name !== "create" || error !== null) callback(error, answer);
        else {
          const request: CreateRequest = method.requestDeserialize(call.request);
          void delay(request.getPreview() ? 0 : milliseconds(request.getType())).then(() =>
            callback(null, answer),
          );
        }
      });
    };
    server.addService({ [name]: bytes }, { [name]: pass });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    close() {
      server.forceShutdown();
      client.close();
    },
  };
}
