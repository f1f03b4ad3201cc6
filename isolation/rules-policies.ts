interface WrittenStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
}

function statementsOf(policy: unknown): readonly WrittenStatement[] {
  if (typeof policy !== "string" || policy === "[unknown]" || policy === "[secret]") return [];
  const { Statement: statements } = JSON.parse(policy) as {
    Statement: WrittenStatement | WrittenStatement[];
  };
  return [statements].flat();
}

/** Statements that allow one of these calls, wildcards in actions considered. */
function allowing(policy: unknown, calls: readonly string[]): readonly WrittenStatement[] {
  const covers = (pattern: string, call: string) =>
    new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(call);
  return statementsOf(policy).filter(
    ({ Effect: effect, Action: actions = [] }) =>
      effect === "Allow" && [actions].flat().some((one) => calls.some((call) => covers(one, call))),
  );
}

const stopping = ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DisableKeyRotation"];

/** A key whose loss loses a shard is taken out of service by one role alone. */
export function onlyBreakGlassStopsKeys(policy: unknown): string[] {
  return allowing(policy, stopping)
    .filter(({ Principal: principal }) => !/^\{"AWS":"[^"]*-break-glass"\}$/.test(JSON.stringify(principal)))
    .map(
      ({ Sid: sid = "a statement" }) => `${sid} lets others than the break-glass role take it out of service`,
    );
}

/** Configuration names keys by ARN; still, an alias that moves would mislead whoever reads it. */
export function noAliasMoves(policy: unknown): string[] {
  return allowing(policy, ["kms:UpdateAlias", "kms:DeleteAlias"]).map(
    ({ Sid: sid = "a statement" }) => `${sid} lets an alias be moved to another key`,
  );
}

/** Services that run with the roles of the deployment. */
const hosts = ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"];

/** Roles that another service of AWS acts with are ways that the proof does not follow. */
export function noServiceRoles(trust: unknown): string[] {
  return statementsOf(trust).flatMap(({ Effect: effect, Principal: principal }) => {
    if (effect !== "Allow" || principal === null || typeof principal !== "object") return [];
    const { Service: services = [] } = principal as { Service?: string | readonly string[] };
    return [services]
      .flat()
      .filter((service) => !hosts.includes(service))
      .map((service) => `can be assumed by ${service}, which nothing here needs`);
  });
}
