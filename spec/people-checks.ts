import type { AccountKey, Administrator, Deployment } from "./deployment.ts";
import { samePerson } from "./person.ts";
import { eachEntry, eachReadable, whereReadable } from "./readable.ts";
import type { Finding } from "./yaml-file.ts";

const accountOfAdmin: Readonly<Record<keyof Deployment["admins"], AccountKey>> = {
  infrastructure: "infrastructure",
  policyNode0: "infrastructure",
  policyNode1: "policyNode1",
  policyNode2: "policyNode2",
};
type AdminKey = keyof typeof accountOfAdmin;

/** Who does what: nobody in two places that together reach more than one shard, and everybody with a way in. */
export function peopleFindings(deployment: Deployment): Finding[] {
  return [
    ...eachEntry(deployment.admins as Record<AdminKey, Administrator>, (key, admin) =>
      principalFindings(deployment, key as AdminKey, admin),
    ),
    ...eachReadable(deployment.auditors, ({ principals }, index) =>
      eachReadable(principals, (arn, position) => formOf(arn, ["auditors", index, "principals", position])),
    ),
    ...whereReadable(() => oneAccountEach(deployment)),
    ...whereReadable(() => custodianFindings(deployment)),
    ...whereReadable(() => riskFindings(deployment)),
  ];
}

function principalFindings(
  deployment: Deployment,
  key: AdminKey,
  { name, principals }: Administrator,
): Finding[] {
  const path = ["admins", key, "principals"];
  const forms = eachReadable(principals, (arn, index) => formOf(arn, [...path, index]));
  if (forms.length > 0) return [...forms];
  const account = accountOfAdmin[key];
  const { id } = deployment.accounts[account];
  if (principals.some((arn) => arn.split(":")[4] === id)) return [];
  return [
    {
      path: principals.length === 1 ? [...path, 0] : path,
      message: `${name} has no principal of account ${id}, which they administer; accepted: at least one role or user of accounts.${account}`,
      hint: `name a role or user of that account: arn:aws:iam::${id}:role/…`,
    },
  ];
}

/** What a trust policy can name: a role or a user of IAM. */
function formOf(arn: string, path: readonly PropertyKey[]): Finding[] {
  const form = /^arn:(aws[a-z-]*):iam::\d{12}:(role|user)\/./.exec(arn);
  const message = `found ${arn}; accepted: the ARN of an IAM role or user`;
  if (form !== null)
    return form[1] === "aws"
      ? []
      : [{ path, message: `${message} of the partition aws, such as arn:aws:iam::…` }];
  const session = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  if (session !== null) {
    const [, partition, id, role] = session;
    return [
      {
        path,
        message: `${message}, not of a session`,
        hint: `write: arn:${partition}:iam::${id}:role/${role} (with the role's path, if it has one)`,
      },
    ];
  }
  const root = /:iam::\d{12}:root$/.test(arn);
  return [
    {
      path,
      message: root ? `${message}; the root user is never used` : message,
      hint: "aws sts get-caller-identity shows whom you sign in as; name that role or user",
    },
  ];
}

/** In production one person administers one account, unless everybody has accepted in writing that it is otherwise. */
function oneAccountEach({ profile, admins, acceptedRisks }: Deployment): Finding[] {
  if (profile !== "production") return [];
  const people = (Object.keys(admins) as AdminKey[]).flatMap((key) => {
    const person = admins[key];
    return person === undefined ? [] : [{ key, person }];
  });
  return people.flatMap(({ key, person }, index) => {
    const others = people
      .slice(0, index)
      .filter((other) => accountOfAdmin[other.key] !== accountOfAdmin[key]);
    const namesake = others.find((other) => samePerson(other.person.name, person.name));
    const accepted = acceptedRisks.length > 0;
    const shared = person.principals.flatMap((arn, position) => {
      const other = others.find(({ person: { principals } }) => principals.includes(arn));
      return other === undefined
        ? []
        : [
            {
              path: ["admins", key, "principals", position],
              message: `${arn} is also a principal of admins.${other.key}; accepted in profile production: one account an administrator`,
            },
          ];
    });
    return [
      ...(namesake === undefined || accepted
        ? []
        : [
            {
              path: ["admins", key, "name"],
              message: `${person.name} is also admins.${namesake.key}; accepted in profile production: three different people`,
              hint: "one person with two accounts reaches two shards",
            },
          ]),
      ...(accepted ? [] : shared),
    ];
  });
}

function custodianFindings({ admins, custodians }: Deployment): Finding[] {
  const administrators = Object.entries(admins).flatMap(([role, admin]) =>
    admin === undefined ? [] : [{ role, name: admin.name }],
  );
  return [
    ...eachReadable(custodians, ({ name }, index): Finding[] => {
      const path = ["custodians", index, "name"];
      const role = administrators.find((admin) => samePerson(admin.name, name))?.role;
      const twice = custodians.findIndex((other) => samePerson(other.name, name)) < index;
      return [
        ...(role
          ? [
              {
                path,
                message: `${name} is also admins.${role}; accepted: people who administer no account`,
                hint: "recovery key and backup together reach every shard",
              },
            ]
          : []),
        ...(twice
          ? [{ path, message: `${name} is named twice; accepted: two different people or more` }]
          : []),
      ];
    }),
  ];
}

/** A risk is accepted by people whom the deployment names, under their names as they stand there. */
function riskFindings({ admins, acceptedRisks }: Deployment): Finding[] {
  const names = Object.values(admins).flatMap((admin) => (admin === undefined ? [] : [admin.name]));
  return [
    ...eachReadable(acceptedRisks, ({ approvedBy }, index) =>
      approvedBy.flatMap((name, position): Finding[] =>
        names.some((known) => samePerson(known, name))
          ? []
          : [
              {
                path: ["acceptedRisks", index, "approvedBy", position],
                message: `${name} administers no account, so the approval counts for nothing; accepted: ${names.join(", ")}`,
              },
            ],
      ),
    ),
  ];
}
