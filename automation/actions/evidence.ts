import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { z } from "zod";
import { CloudFailure } from "../errors.ts";
import { jsonOf } from "../text/json-text.ts";
import type { ActionContext } from "./action.ts";
import { entryOf } from "./finding.ts";

/** Where the artefact bucket keeps what was done once and must not be done again. Its objects are versioned and locked. */
const folder = "evidence/";

/** What was recorded under a name; undefined if nothing was. */
export async function readEvidence<T extends z.ZodType>(
  context: ActionContext,
  name: string,
  schema: T,
): Promise<z.infer<T> | undefined> {
  const place = { Bucket: bucketOf(context), Key: `${folder}${name}.json` };
  let text: string;
  try {
    const { Body: body } = await context.aws("infrastructure").s3.send(new GetObjectCommand(place));
    text = (await body?.transformToString()) ?? "";
  } catch (error) {
    if ((error as Error).name === "NoSuchKey" || (error as Error).name === "NoSuchBucket") return undefined;
    throw error;
  }
  const read = schema.safeParse(jsonOf(text));
  if (read.success) return read.data;
  throw new CloudFailure({
    code: "evidence-unreadable",
    message: `s3://${place.Bucket}/${place.Key} is not the evidence that this program writes.`,
    hint: "look at the object's earlier versions and restore the last one that this program wrote",
  });
}

export async function writeEvidence(context: ActionContext, name: string, evidence: unknown): Promise<void> {
  await putArtefact(
    context,
    `${folder}${name}.json`,
    `${JSON.stringify(evidence, null, 2)}\n`,
    "application/json",
  );
}

/** Puts a text into the artefact bucket. */
export async function putArtefact(
  context: ActionContext,
  key: string,
  text: string,
  contentType: string,
): Promise<void> {
  await context
    .aws("infrastructure")
    .s3.send(
      new PutObjectCommand({ Bucket: bucketOf(context), Key: key, Body: text, ContentType: contentType }),
    );
}

/** Name of the infrastructure account's artefact bucket. */
export function bucketOf(context: ActionContext): string {
  return entryOf(context.model.buckets, "artefacts", "bucket").name;
}
