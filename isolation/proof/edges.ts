import type { Answer } from "../evaluation/access.ts";
import type { ListedPrincipal, WorldResource } from "../world.ts";
import { identityEdits, managedPolicyEdits, runningCode, userTakeovers } from "./actions.ts";
import { type Actor, listedPrincipal, principalOf } from "./actors.ts";
import { ask, conjunction, disjunction } from "./ask.ts";
import { conceivableResources, isOpenTo } from "./conceivable.ts";
import type { Admission, Ground } from "./ground.ts";
import { accountOf } from "./parties.ts";
import { starters } from "./starters.ts";

/** A way in which one actor becomes another. */
export interface Edge {
  readonly to: Actor;
  /** One sentence. */
  readonly step: string;
  readonly action: string;
  readonly resource: string;
  readonly answer: Answer;
}

/** How `from` may become this listed principal, or come to write what it may do; refusals are left out. */
export function edgesTo(ground: Ground, from: Actor, target: ListedPrincipal): Edge[] {
  const assumed: Actor = { principal: listedPrincipal(target), powers: "as listed" };
  const owned: Actor = { ...assumed, powers: "everything" };
  const me = from.principal.arn;
  const edge = (to: Actor, action: string, verb: string, answer = ask(ground, from, action, target.arn)) => ({
    to,
    step: `${me} ${verb} ${target.arn} (${action})`,
    action,
    resource: target.arn,
    answer,
  });
  const same = from.principal.account === accountOf(target.arn);
  if (!same && !isOpenTo(ground, target.arn, from.principal)) return [];
  const itself = me === target.arn;
  const becoming = itself
    ? []
    : target.kind === "role"
      ? [
          ...assumptions(from).map((action) => edge(assumed, action, "assumes")),
          ...(same ? [edge(assumed, "iam:UpdateAssumeRolePolicy", "rewrites who may assume")] : []),
          ...(same ? passing(ground, from, target, assumed) : []),
        ]
      : same
        ? userTakeovers.map((action) => edge(assumed, action, "makes itself credentials of"))
        : [];
  const rewriting = same
    ? [
        ...identityEdits[target.kind].map((action) => edge(owned, action, "rewrites what is allowed to")),
        ...managedEdits(ground, from, target).map((answer) =>
          edge(owned, managedPolicyEdits[0], "rewrites a policy of", answer),
        ),
      ]
    : [];
  return [...becoming, ...rewriting].filter(({ answer }) => answer.verdict !== "refused");
}

/** How a caller of this kind takes on a role. */
function assumptions({ principal }: Actor): readonly string[] {
  return principal.kind === "federated"
    ? ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]
    : ["sts:AssumeRole"];
}

/** A policy that is attached by name can be a managed one, whose versions change it for everybody who carries it. */
function managedEdits(ground: Ground, from: Actor, target: ListedPrincipal): Answer[] {
  return target.identity.flatMap(({ name }) => {
    const arn = `arn:aws:iam::${accountOf(target.arn)}:policy/${name}`;
    return managedPolicyEdits.map((action) => ask(ground, from, action, arn));
  });
}

/** Starting compute of one's own with the role: the role must admit the service, the caller must pass it and start something. */
function passing(ground: Ground, from: Actor, target: ListedPrincipal, assumed: Actor): Edge[] {
  const action = "iam:PassRole";
  return admitting(ground, target).flatMap(({ service, calls, admitted }) => {
    const pass = ask(ground, from, action, target.arn, { context: { "iam:PassedToService": service } });
    if (pass.verdict === "refused") return [];
    const start = disjunction(attempts(ground, from, calls));
    const step = `${from.principal.arn} passes ${target.arn} to ${service} and starts what runs with it (${action})`;
    return [
      { to: assumed, step, action, resource: target.arn, answer: conjunction([pass, start, admitted]) },
    ];
  });
}

/** The services of which the role's trust admits one or another. */
function admitting(ground: Ground, { arn }: ListedPrincipal): readonly Admission[] {
  const known = ground.admissions.get(arn);
  if (known !== undefined) return known;
  const admissions = starters
    .map(({ service, calls }) => ({
      service,
      calls,
      admitted: ask(
        ground,
        { principal: { arn: service, account: "", kind: "service" }, powers: "as listed" },
        "sts:AssumeRole",
        arn,
      ),
    }))
    .filter(({ admitted }) => admitted.verdict !== "refused");
  ground.admissions.set(arn, admissions);
  return admissions;
}

function* attempts(ground: Ground, from: Actor, calls: readonly string[]): Generator<Answer> {
  for (const call of calls) {
    for (const resource of conceivableResources(ground, from, call)) yield ask(ground, from, call, resource);
  }
}

/** How `from` may run its own code on compute that carries a role. */
export function edgesThrough(ground: Ground, from: Actor, compute: WorldResource): Edge[] {
  const { roleArn, service } = compute;
  const same = from.principal.account === compute.account;
  if (roleArn === undefined || (!same && compute.policy == null)) return [];
  const carried = principalOf(ground.index.world, roleArn);
  const to: Actor = { principal: carried, powers: carried.kind === "unlisted" ? "everything" : "as listed" };
  const services = service === undefined ? (["ec2", "ecs", "lambda"] as const) : [service];
  return services
    .flatMap((one) => runningCode[one])
    .flatMap(({ action, on }) => {
      if (on === "itself") return [{ action, resource: compute.arn }];
      const region = compute.arn.split(":")[3] ?? "";
      return same ? [{ action, resource: `arn:aws:ec2:${region}:${compute.account}:${on}` }] : [];
    })
    .map(({ action, resource }) => ({
      to,
      step: `${from.principal.arn} runs code on ${compute.arn}, which carries ${roleArn} (${action})`,
      action,
      resource,
      answer: ask(ground, from, action, resource),
    }))
    .filter(({ answer }) => answer.verdict !== "refused");
}
