import { accountOfArn } from "../arns.ts";
import { asList, policyOf } from "../stored-policy.ts";
import { type Aim, aimOf, endow, policiesOf, valuesInTrust } from "./aims.ts";
import type { Arena, Identity } from "./arena.ts";
import type { DrillCompute } from "./plan.ts";
import { runs, starts, templateCalls } from "./starts.ts";

/** What came of trying to have something carry a role for the party. */
export interface Carried {
  readonly attempts: number;
  /** How it was done, where it was. */
  readonly how?: string;
}

/** Asks to start anything, at any service that the role admits, with the role passed to it. */
export async function passToService(arena: Arena, from: Identity, aim: Aim): Promise<Carried> {
  let attempts = 0;
  for (const service of servicesOf(arena, aim)) {
    const pass = {
      action: "iam:PassRole",
      resource: aim.arn,
      context: { "iam:PassedToService": service },
    };
    attempts++;
    if (!(await from.ask(pass))) continue;
    for (const [action, resource] of startsAt(arena, from, service)) {
      const [named] = valuesInTrust(arena, aim.arn, "aws:SourceArn");
      const assumed = {
        action: "sts:AssumeRole",
        resource: aim.arn,
        caller: { account: aim.account, principal: service },
        context: {
          "aws:SourceArn": named === undefined ? resource : filled(named, arena.region, aim.account),
        },
      };
      attempts++;
      if (await from.ask({ action, resource }, [pass, assumed])) {
        return { attempts, how: `passed to ${service} by ${from.path} (iam:PassRole, ${action})` };
      }
    }
  }
  return { attempts };
}

/** The services that the role's trust names; where it names everybody, all of them. */
function servicesOf({ store }: Arena, { arn }: Aim): readonly string[] {
  const statements = policyOf(store.byArn(arn)?.properties.assumeRolePolicy)?.Statement ?? [];
  const everybody = statements.some(
    ({ Principal, NotPrincipal }) =>
      NotPrincipal !== undefined ||
      Principal === "*" ||
      (Principal !== undefined && asList(Principal.AWS).includes("*")),
  );
  const named = new Set(
    statements.flatMap(({ Principal }) =>
      Principal === undefined || Principal === "*" ? [] : asList(Principal.Service),
    ),
  );
  return Object.keys(starts).filter((service) => everybody || named.has(service));
}

function* startsAt(
  arena: Arena,
  from: Identity,
  service: string,
): Generator<readonly [action: string, resource: string]> {
  for (const [prefix, names] of Object.entries(starts[service] ?? {})) {
    for (const resource of placesOf(arena, from, prefix)) {
      for (const name of names.split(" ")) yield [`${prefix}:${name}`, resource];
    }
  }
}

/** What a call may be about: something of any name, and what the caller's own policies name, with their wildcards filled in. */
function placesOf(arena: Arena, { arn, account }: Identity, prefix: string): readonly string[] {
  const { store, region } = arena;
  const aim = aimOf(arn);
  const named = (aim === undefined ? [] : policiesOf(store, aim))
    .flatMap(({ text }) => policyOf(text)?.Statement ?? [])
    .flatMap(({ Resource }) => asList(Resource))
    .filter((pattern) => pattern.split(":")[2] === prefix)
    .map((pattern) => filled(pattern, region, account));
  return [...new Set([`arn:aws:${prefix}:${region}:${account}:drill/drill`, ...named])];
}

function filled(pattern: string, region: string, account: string): string {
  const [partition, aws, service, place = "", owner = "", ...rest] = pattern.split(":");
  const name = rest.join(":").replace(/[*?]/g, "x");
  const fill = (part: string, by: string) => (/[*?]/.test(part) ? by : part);
  return [partition, aws, service, fill(place, region), fill(owner, account), name].join(":");
}

/** Asks to run code on compute of the caller's account; what it carries is the party's then. */
export async function runOn(arena: Arena, from: Identity, compute: DrillCompute): Promise<Carried> {
  let attempts = 0;
  if (compute.account !== from.account) return { attempts };
  for (const [action, resource] of callsOn(arena, compute)) {
    attempts++;
    if (!(await from.ask({ action, resource }))) continue;
    const carried = aimOf(compute.roleArn);
    if (carried !== undefined && arena.store.byArn(compute.roleArn) === undefined) endow(arena, carried);
    return { attempts, how: `carried by ${compute.arn}, where ${from.path} runs code (${action})` };
  }
  return { attempts };
}

function callsOn({ store, region }: Arena, { arn, account, service }: DrillCompute): [string, string][] {
  const services = service === undefined ? (["ec2", "ecs", "lambda"] as const) : [service];
  const itself = services
    .flatMap((one) => Object.entries(runs[one]))
    .flatMap(([prefix, names]) =>
      names.split(" ").map((name): [string, string] => [`${prefix}:${name}`, arn]),
    );
  if (!services.includes("ec2")) return itself;
  const stored = store.list({ account, type: "aws:ec2/launchTemplate:LaunchTemplate" });
  const templates = stored
    .map((template) => template.arn ?? template.id)
    .filter((each) => accountOfArn(each));
  const some = [...templates, `arn:aws:ec2:${region}:${account}:launch-template/lt-0`];
  return [
    ...itself,
    ...some.flatMap((template) =>
      templateCalls.split(" ").map((name): [string, string] => [`ec2:${name}`, template]),
    ),
  ];
}
