import * as aws from "@pulumi/aws";
import { type ResourceTransform, runtime } from "@pulumi/pulumi";
import { tagged } from "../components/tags.ts";
import type { OutputsToBe, StackContext, StackDefinition } from "./definition.ts";
import type { StackId } from "./outputs.ts";

/**
 * The program that the engine runs for a stack.
 *
 * @param adopt ids of things that the cloud has and the state does not know, by `<type>::<logical name>`: they are imported, not made
 * a second time
 */
export function stackProgram<S extends StackId>(
  definition: StackDefinition<S>,
  context: StackContext,
  adopt: ReadonlyMap<string, string> = new Map(),
): () => Promise<OutputsToBe<S>> {
  return async () => {
    runtime.registerResourceTransform(marked(definition.id, context.model.names.prefix, adopt));
    return definition.program(context, providerOf(definition, context));
  };
}

/** Puts the tags on every resource of the stack, those that other packages' components make included, and adopts what is known. */
function marked(stack: string, deployment: string, adopt: ReadonlyMap<string, string>): ResourceTransform {
  return ({ type, name, props, opts }) => {
    // Options that come back from a transform have lost their providers, which a component of another package needs.
    if (!type.startsWith("aws:")) return undefined;
    const id = adopt.get(`${type}::${name}`);
    return {
      props: tagged(type, name, stack, deployment, props),
      opts: id === undefined ? opts : { ...opts, import: id },
    };
  };
}

/**
 * The stack's one provider for AWS. It refuses every account but its own and carries no credentials: those are in the engine's
 * environment, since arguments of a provider end up in the state.
 */
export function providerOf({ id, account }: StackDefinition, context: StackContext): aws.Provider {
  const { deployment, keyAdminRoleExists, model } = context;
  const roleArn = keyAdminRoleExists ? keyAdminRoleOf(id, context) : undefined;
  return new aws.Provider("aws", {
    region: deployment.region,
    allowedAccountIds: [model.accountIds[account]],
    ...(roleArn === undefined ? {} : { assumeRoles: [{ roleArn }] }),
  });
}

/** The role that a node's keys and vault are made as: the deploy role may not touch them. */
function keyAdminRoleOf(stack: StackId, { model: { names } }: StackContext): string | undefined {
  if (stack === "policy-node0-long-lived") return names.keyAdminRole(0).arn;
  if (stack === "policy-node1-long-lived") return names.keyAdminRole(1).arn;
  if (stack === "policy-node2-long-lived") return names.keyAdminRole(2).arn;
  return undefined;
}
