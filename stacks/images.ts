import * as aws from "@pulumi/aws";
import { type InvokeOutputOptions, interpolate, type Output, output } from "@pulumi/pulumi";
import { entry } from "../components/lookup.ts";
import type { StackContext } from "./definition.ts";

/**
 * The image of a component in the account's own registry, by digest. Once the images are there the registry is asked, so that the
 * engine refuses a digest that it does not hold; before that the pinned digest is taken as it is.
 */
export function imageOf(
  context: StackContext,
  component: string,
  options: InvokeOutputOptions,
): Output<string> {
  const imageDigest = entry(context.imageDigests, component, "image digest");
  const url = entry(context.outputsOf("baseline-infrastructure").repositoryUrls, component, "repository");
  if (!context.imagesPresent) return output(`${url}@${imageDigest}`);
  const repositoryName = entry(context.model.repositories, component, "repository").name;
  return interpolate`${url}@${aws.ecr.getImageOutput({ repositoryName, imageDigest }, options).imageDigest}`;
}
