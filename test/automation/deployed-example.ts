import type { Installation } from "../../automation/installation.ts";
import { currentModel } from "../../automation/model.ts";
import type { Role } from "../../automation/steps/steps.ts";
import { type ReadBack, readBack } from "../../automation/verify/read-back.ts";
import type { Model } from "../../isolation/model.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import type { Obligation } from "../../isolation/proof/result.ts";
import type { World } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { computedOf, type Place } from "../../rehearsal/provider/resource-type.ts";
import { resourceType } from "../../rehearsal/provider/types/index.ts";
import type { Store, StoredObject } from "../../rehearsal/store.ts";
import { nodeNumbers } from "../../spec/deployment.ts";
import type { StackContext } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import type { StackId, StackOutputs } from "../../stacks/outputs.ts";
import { contextOf } from "../stacks/context.ts";
import { graphOf } from "../stacks/graph.ts";
import { openRehearsed, type Rehearsed } from "./actions/rehearsed.ts";
import { putWorld } from "./deployed-store.ts";

/** The example as it is deployed: its policies as the model has them, and everything that a rule looks at. */
export interface DeployedExample {
  readonly rehearsed: Rehearsed;
  readonly store: Store;
  readonly model: Model;
  /** As it is deployed; without the accounts' owners' own things, which are not there. */
  readonly planned: World;
  /** The same with the places of the engine's state, as their owners have made them. */
  readonly withStates: World;
  /** What every stack plans, by the account's id. */
  readonly plannedParts: readonly { readonly account: string; readonly part: PlannedPart }[];
  /** Reads back as these roles; as the auditor where none is given. */
  verify(...roles: Role[]): Promise<ReadBack>;
  /** Puts back what was changed since it was opened, and takes away what was added. */
  restore(): void;
  close(): Promise<void>;
}

/** Types that rules and alarms are read from, and whose policies (if any) the model does not have. */
const looked =
  /^aws:(ecs\/service|ec2\/launchTemplate|rds\/instance|cloudwatch\/event(Rule|Target)|s3\/bucket(Versioning|PublicAccessBlock|ObjectLockConfiguration)?):/;

/** What does not hold of a world, found by going through all callers. */
export function openObligations(world: World): readonly Obligation[] {
  return enumerate(world).filter(({ status }) => status !== "holds");
}

export async function openDeployedExample(): Promise<DeployedExample> {
  const rehearsed = await openRehearsed();
  const { inputs, handoffs } = rehearsed.installation;
  const { store } = rehearsed.rehearsal;
  const model = await currentModel(inputs, handoffs);
  const world = worldOf(model, inputs.deployment);
  const states = /-state/;
  const withStates = {
    ...world,
    principals: world.principals.filter(({ arn }) => !/vault-/.test(arn)),
    resources: world.resources.filter(({ arn, kind }) => kind === "bucket" || !states.test(arn)),
  };
  const planned = { ...withStates, resources: withStates.resources.filter(({ arn }) => !states.test(arn)) };
  // Keys whose ids no hand-off tells stand in the plan under placeholders, and lie in this store under them.
  const wanted = new Set(planned.resources.map(({ arn }) => arn));
  for (const type of ["aws:kms/key:Key", "aws:secretsmanager/secret:Secret", "aws:ecs/service:Service"]) {
    for (const { account, arn, id } of store.list({ type }))
      if (!wanted.has(arn ?? "")) store.delete(account, type, id);
  }
  const context = await contextOfHandoffs(rehearsed.installation, model);
  const plannedParts: DeployedExample["plannedParts"][number][] = [];
  for (const definition of stackDefinitions) {
    const account = model.accountIds[definition.account];
    const { resources } = await graphOf(definition, context);
    for (const { type, name, custom, protect, inputs: given } of resources) {
      if (!custom || !type.startsWith("aws:")) continue;
      const urn = `urn:pulumi:testnet.${definition.id}::institutional-vault::${type}::${name}`;
      plannedParts.push({ account, part: { urn, type, operation: "create", inputs: given, protect } });
      if (looked.test(type)) put(store, model, account, type, given);
    }
  }
  putWorld(store, planned);
  const deployed = resourcesOf(store);
  return {
    rehearsed,
    store,
    model,
    planned,
    withStates,
    plannedParts,
    async verify(...roles) {
      return await readBack(rehearsed.installation, roles.length > 0 ? roles : ["auditor"], () => {});
    },
    restore: () => restore(store, deployed),
    close: () => rehearsed.close(),
  };
}

/** As the stacks of the hosts are given it: the nodes' secrets as they were handed over, and the release's image. */
async function contextOfHandoffs({ inputs, handoffs }: Installation, model: Model): Promise<StackContext> {
  const { deployment, walletSpec } = inputs;
  const context = contextOf(deployment, walletSpec.content);
  const baseline = context.outputsOf("baseline-infrastructure");
  await handoffs.write("baseline-infrastructure", model.accountIds.infrastructure, baseline);
  const nodes = new Map<string, unknown>();
  for (const node of nodeNumbers) {
    const id = `policy-node${node}-long-lived` as const;
    nodes.set(id, await handoffs.read(id));
  }
  return {
    ...context,
    imageDigests: {
      ...context.imageDigests,
      "policy-node": deployment.release.images["policy-node"]?.digest ?? "",
    },
    outputsOf: <S extends StackId>(stack: S) =>
      (nodes.get(stack) ?? context.outputsOf(stack)) as StackOutputs[S],
  };
}

/** Puts a resource as the engine's provider would have; what a program got from another resource is given as the model names it. */
function put(
  store: Store,
  model: Model,
  account: string,
  token: string,
  given: Readonly<Record<string, unknown>>,
): void {
  const type = resourceType(token);
  const caller = { account, principal: "" };
  const place: Place = { store, caller, region: model.region, now: new Date(0) };
  const topic = Object.values(model.topics).find((one) => model.accountIds[one.account] === account);
  const own = store.list({ account, type: "aws:kms/key:Key" })[0]?.arn;
  const inputs = {
    ...given,
    ...(token.includes("eventTarget") ? { arn: topic?.arn } : {}),
    ...(token.includes("rds/") ? { kmsKeyId: own } : {}),
  };
  const properties = { ...computedOf(type, inputs, place), ...inputs };
  const arn = type.arn === undefined ? null : `${(properties as Record<string, unknown>)[type.arn]}`;
  store.put({ account, type: token, id: type.id(properties), arn, properties });
}

/** Sessions and the like are not what is deployed. */
const resourcesOf = (store: Store) => store.list({}).filter(({ type }) => /^(aws|organizations):/.test(type));

function restore(store: Store, deployed: readonly StoredObject[]): void {
  const key = ({ account, type, id }: StoredObject) => [account, type, id].join(" ");
  const before = new Map(deployed.map((object) => [key(object), JSON.stringify(object)]));
  const now = new Map(resourcesOf(store).map((object) => [key(object), object]));
  for (const [name, { account, type, id }] of now) if (!before.has(name)) store.delete(account, type, id);
  for (const object of deployed)
    if (JSON.stringify(now.get(key(object))) !== before.get(key(object))) store.put(object);
}
