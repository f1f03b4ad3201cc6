import * as aws from "@pulumi/aws";
import { ResourceHook, type ResourceTransform, runtime } from "@pulumi/pulumi";
import { tagged } from "../components/tags.ts";
import type { OutputsToBe, StackContext, StackDefinition } from "./definition.ts";
import type { StackId } from "./outputs.ts";

/** What one update of a stack may do besides making and changing what its program registers. */
export interface UpdateRights {
  /** Ids of things that the cloud has and the state does not know, by `<type>::<logical name>`: they are imported, not made a second time. */
  readonly adopt: ReadonlyMap<string, string>;
  /** URNs that the preview plans to delete or to replace. */
  readonly deletions: ReadonlySet<string>;
}

/** Of a preview, and of every engine that is started by hand: it deletes nothing. */
const noRights: UpdateRights = { adopt: new Map(), deletions: new Set() };

/** Name of the hook that refuses every other deletion. The states hold it with each resource, so it stays what it is. */
export const deletionGuard = "planned-deletions-only";

/**
 * The program that the engine runs for a stack.
 *
 * The engine deletes what its state holds and the program has not registered, also where the program only came to its end too early: the
 * SDK's server for inline programs reports the end before it tells of a registration that failed, and takes one that broke off
 * ("Resource monitor is terminating") for none at all. So a hook before each deletion lets only those pass that the preview showed.
 */
export function stackProgram<S extends StackId>(
  definition: StackDefinition<S>,
  context: StackContext,
  rights: UpdateRights = noRights,
): () => Promise<OutputsToBe<S>> {
  return async () => {
    const guard = new ResourceHook(deletionGuard, ({ urn }) => {
      if (!rights.deletions.has(urn)) throw new Error("the preview did not plan this deletion");
    });
    runtime.registerResourceTransform(marked(definition.id, context.model.names.prefix, rights.adopt, guard));
    return definition.program(context, providerOf(definition, context));
  };
}

/** Puts tags and guard on every resource of the stack, those that other packages' components make included, and adopts what is known. */
function marked(
  stack: string,
  deployment: string,
  adopt: UpdateRights["adopt"],
  guard: ResourceHook,
): ResourceTransform {
  return ({ type, name, props, opts }) => {
    // Options that come back from a transform have lost their providers, which a component of another package needs.
    if (!type.startsWith("aws:")) return undefined;
    const id = adopt.get(`${type}::${name}`);
    return {
      props: tagged(type, name, stack, deployment, props),
      opts: { ...opts, hooks: { beforeDelete: [guard] }, ...(id === undefined ? {} : { import: id }) },
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
