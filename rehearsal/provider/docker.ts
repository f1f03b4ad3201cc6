import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { z } from "zod";
import { publicRegistryAccount } from "../accounts.ts";
import { findImage } from "../images.ts";
import { AwsError, type Caller, type StandInCloud } from "../request.ts";
import { commonMethods } from "./server.ts";
import { fromStruct, type Methods, toStruct } from "./wire.ts";

const token = "docker:index/getRegistryImage:getRegistryImage";
const given = z.object({ name: z.string() });

/** The `docker` provider of a rehearsal, of which the stacks use one look-up: which digest a registry holds under a name. */
export function dockerProvider(cloud: StandInCloud, caller: Caller, region: string): Methods {
  return {
    ...commonMethods("@pulumi/docker"),
    configure: () => new provider.ConfigureResponse().setSupportspreview(true),
    async invoke(request: messages.InvokeRequest) {
      if (request.getTok() !== token) {
        throw new Error(
          `The rehearsal's stand-in for Docker does not know ${request.getTok()}: add it to rehearsal/provider/docker.ts. It knows ${token}.`,
        );
      }
      const { name } = given.parse(fromStruct(request.getArgs()));
      const { account, repository, reference } = imageNamed(name);
      const asked = {
        caller: account === publicRegistryAccount ? null : caller,
        service: "ecr",
        action: "BatchGetImage",
        region,
        resource: `arn:aws:ecr:${region}:${account}:repository/${repository}`,
        resourceAccount: account,
        input: { repositoryName: repository },
      };
      const image = await cloud.perform(asked, () => {
        const found = findImage(cloud.store, account, repository, reference);
        if (found !== undefined) return found;
        throw new AwsError("ImageNotFoundException", `The registry does not hold ${name}.`, 404);
      });
      const answer = { id: image.digest, name, sha256Digest: image.digest };
      return new provider.InvokeResponse().setReturn(toStruct(answer));
    },
  };
}

/**
 * The parts of an image's name as Docker reads it: a first part without dot is no host but a repository of the public registry, a
 * repository there without a slash is one of `library`, and no reference means the tag `latest`. A digest counts before a tag.
 */
export function imageNamed(name: string): { account: string; repository: string; reference: string } {
  const [beforeDigest = "", digest] = name.split("@");
  const [, path = "", tag = "latest"] = /^(.*?)(?::([^/:]*))?$/.exec(beforeDigest) ?? [];
  const [first = "", ...rest] = path.split("/");
  const hosted = rest.length > 0 && /[.:]/.test(first);
  const account = /^(\d{12})\.dkr\.ecr\./.exec(first)?.[1] ?? publicRegistryAccount;
  const inRegistry = hosted ? rest.join("/") : path;
  const ofPublic = account === publicRegistryAccount && !inRegistry.includes("/");
  const repository = ofPublic ? `library/${inRegistry}` : inRegistry;
  return { account, repository, reference: digest ?? tag };
}
