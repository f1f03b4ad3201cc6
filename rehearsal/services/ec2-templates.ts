import { z } from "zod";
import { members } from "../input.ts";
import { AwsError } from "../request.ts";
import type { StoredObject } from "../store.ts";
import type { Handlers } from "./handler.ts";

const option = z.union([z.string(), z.number(), z.boolean()]).optional();
const template = z.object({
  name: z.string(),
  imageId: z.string().optional(),
  instanceType: z.string().optional(),
  iamInstanceProfile: z.object({ name: z.string().optional(), arn: z.string().optional() }).optional(),
  blockDeviceMappings: z
    .array(z.object({ deviceName: z.string().optional(), ebs: z.object({ encrypted: option }).optional() }))
    .optional(),
  metadataOptions: z
    .object({ httpEndpoint: option, httpTokens: option, httpPutResponseHopLimit: option })
    .optional(),
  enclaveOptions: z.object({ enabled: option }).optional(),
  userData: z.string().optional(),
  latestVersion: z.number().default(1),
  defaultVersion: z.number().default(1),
});

/** The stand-in keeps of each template what its newest version says: whichever version is asked for, that is what it says. */
export const templates: Handlers = {
  async DescribeLaunchTemplateVersions({ cloud, caller, region, input }) {
    const asked = members(
      {
        LaunchTemplateId: z.string().optional(),
        LaunchTemplateName: z.string().optional(),
        LaunchTemplateVersion: z.array(z.string()).default([]),
      },
      input,
      "InvalidParameterValue",
    );
    const { LaunchTemplateId: id, LaunchTemplateName: name } = asked;
    return cloud.perform(
      { caller, service: "ec2", action: "DescribeLaunchTemplateVersions", region, input },
      () => {
        const found = cloud.store
          .list({ account: caller.account, type: "aws:ec2/launchTemplate:LaunchTemplate" })
          .filter(
            (one) => (id ?? one.id) === one.id && (name ?? one.properties.name) === one.properties.name,
          );
        if (found.length === 0 && (id ?? name) !== undefined) {
          throw new AwsError(
            "InvalidLaunchTemplateId.NotFound",
            `The specified launch template, with template ID ${id ?? name}, does not exist.`,
          );
        }
        return {
          launchTemplateVersionSet: found.flatMap((one) => versions(one, asked.LaunchTemplateVersion)),
        };
      },
    );
  },
};

function versions({ id, properties }: StoredObject, wanted: readonly string[]) {
  const { name, latestVersion, defaultVersion, ...data } = template.parse(properties);
  const numbers = wanted.map((version) =>
    version === "$Latest" ? latestVersion : version === "$Default" ? defaultVersion : Number(version),
  );
  return [...new Set(numbers.length === 0 ? [latestVersion] : numbers)].map((versionNumber) => ({
    launchTemplateId: id,
    launchTemplateName: name,
    versionNumber,
    defaultVersion: versionNumber === defaultVersion,
    launchTemplateData: {
      imageId: data.imageId,
      instanceType: data.instanceType,
      iamInstanceProfile: data.iamInstanceProfile,
      blockDeviceMappingSet: data.blockDeviceMappings,
      metadataOptions: data.metadataOptions,
      enclaveOptions: data.enclaveOptions,
      userData: data.userData,
    },
  }));
}
