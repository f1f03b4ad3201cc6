import { unknownOperators } from "../../authoriser/conditions.ts";
import { AwsError } from "../../request.ts";
import { asList, policyOf } from "../../stored-policy.ts";
import {
  actions,
  capitals,
  find,
  type Place,
  type Properties,
  type ResourceTypes,
  words,
} from "../resource-type.ts";

export const roleReference = { type: "aws:iam/role:Role", code: "NoSuchEntity" } as const;

export const identityTypes: ResourceTypes = {
  "aws:iam/role:Role": {
    service: "iam",
    label: "IAM Role",
    actions: actions(
      "CreateRole",
      "GetRole",
      {
        otherwise: "UpdateRole",
        assumeRolePolicy: "UpdateAssumeRolePolicy",
        permissionsBoundary: "PutRolePermissionsBoundary",
      },
      "DeleteRole",
    ),
    required: ["assumeRolePolicy"],
    optional: words("name description maxSessionDuration path permissionsBoundary forceDetachPolicies"),
    replaceOn: words("name path"),
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "EntityAlreadyExists" },
    computed: ({ name, path }, place) => ({
      arn: `arn:aws:iam::${place.caller.account}:role${path ?? "/"}${name}`,
      uniqueId: `AROA${capitals(17)}`,
      createDate: place.now.toISOString(),
      description: "",
      path: "/",
      maxSessionDuration: 3600,
      forceDetachPolicies: false,
      inlinePolicies: [],
      managedPolicyArns: [],
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
    validate: ({ assumeRolePolicy }) => validDocument(assumeRolePolicy, "MalformedPolicyDocument"),
    refuseDelete: ({ name }, place) => {
      const attached = place.store
        .list({ account: place.caller.account, type: "aws:iam/rolePolicy:RolePolicy" })
        .some(({ properties }) => properties.role === name);
      if (attached)
        throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    service: "iam",
    label: "IAM Role Policy",
    actions: actions("PutRolePolicy", "GetRolePolicy", "PutRolePolicy", "DeleteRolePolicy"),
    required: words("policy role"),
    optional: ["name"],
    replaceOn: words("name role"),
    autoName: "name",
    references: { role: roleReference },
    id: ({ role, name }) => `${role}:${name}`,
    validate: ({ policy }) => validDocument(policy, "MalformedPolicyDocument"),
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    service: "iam",
    label: "IAM Instance Profile",
    actions: actions(
      "CreateInstanceProfile",
      "GetInstanceProfile",
      { otherwise: "AddRoleToInstanceProfile", tags: "TagInstanceProfile" },
      "DeleteInstanceProfile",
    ),
    required: [],
    optional: words("name path role"),
    replaceOn: words("name path"),
    taggable: true,
    autoName: "name",
    references: { role: roleReference },
    unique: { by: ["name"], code: "EntityAlreadyExists" },
    computed: ({ name, path }, place) => ({
      arn: `arn:aws:iam::${place.caller.account}:instance-profile${path ?? "/"}${name}`,
      uniqueId: `AIPA${capitals(17)}`,
      createDate: place.now.toISOString(),
      path: "/",
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
  },
};

/** Refuses what is no policy document at all; whether it means what it should is the proof's business. */
export function validDocument(text: unknown, code: string): void {
  if (text === undefined) return;
  try {
    const document = policyOf(text);
    if (document === undefined) throw new Error("The document is empty.");
    const [unknown] = document.Statement.flatMap(({ Condition }) => unknownOperators(Condition));
    if (unknown !== undefined) throw new Error(`${unknown} is no condition operator.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError(code, `This policy contains invalid Json or is no policy document: ${reason}`);
  }
}

/** KMS refuses a key policy under which nobody in the account could change the policy again, unless told not to look. */
export function validKeyPolicy({ policy, bypassPolicyLockoutSafetyCheck }: Properties, place: Place): void {
  validDocument(policy, "MalformedPolicyDocumentException");
  if (policy === undefined || bypassPolicyLockoutSafetyCheck === true) return;
  const { account } = place.caller;
  const ours = (principal: string) =>
    principal === "*" || principal === account || principal.includes(`::${account}:`);
  const changes = (action: string) =>
    new RegExp(`^${action.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test("kms:PutKeyPolicy");
  const kept = policyOf(policy)?.Statement.some(
    ({ Effect, Principal, Action }) =>
      Effect === "Allow" &&
      (Principal === "*" || asList(Principal?.AWS).some(ours)) &&
      asList(Action).some(changes),
  );
  if (kept === true) return;
  throw new AwsError(
    "MalformedPolicyDocumentException",
    "The new key policy will not allow you to update the key policy in the future.",
  );
}

/** The key that an argument names by id, ARN or alias ARN; undefined arguments name none. */
export function requireKey(reference: unknown, place: Place, code: string): void {
  if (reference === undefined || find(place, "aws:kms/key:Key", reference) !== undefined) return;
  throw new AwsError(
    code,
    `The KMS key ${reference} does not exist, or is not in account ${place.caller.account}.`,
  );
}
