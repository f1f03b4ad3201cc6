import type { BootstrapSpec } from "./bootstrap-spec.ts";
import { nearest } from "./nearest.ts";
import { eachReadable, whereReadable } from "./readable.ts";
import type { WalletSpec } from "./wallet-spec.ts";
import type { Finding } from "./yaml-file.ts";

/** Who is in which group, as rules count their approvers. */
export interface Groups {
  readonly names: readonly string[];
  /** All users, group or not: an empty list of groups means all of them. */
  readonly size: number;
  /** Members of any of these groups. */
  members(groups: readonly string[]): number;
  /** A finding if no group is called so. */
  unknown(path: readonly PropertyKey[], group: string): Finding[];
}

/** The groups of bootstrap.yaml. Undefined while users or groups are not readable: then nobody's number is known. */
export function groupsOf({ groups, users }: BootstrapSpec): Groups | undefined {
  const [found] = whereReadable(() => [
    groupsFrom(
      groups.map(({ name }) => name),
      users.map(({ user_id, group }) => ({ id: user_id, group })),
    ),
  ]);
  return found;
}

/** The groups of the older form, in which an environment of bd-wallet.yaml lists its users; those of bootstrap.yaml count as well. */
export function olderGroupsOf(
  environment: WalletSpec["environments"][number],
  bootstrap: BootstrapSpec | undefined,
): Groups | undefined {
  const [found] = whereReadable(() => {
    const older = (environment.users ?? []).map(({ user_id, group }) => ({ id: user_id, group }));
    const newer = (bootstrap?.users ?? []).map(({ user_id, group }) => ({ id: user_id, group }));
    const names = [...older.map(({ group }) => group), ...(bootstrap?.groups ?? []).map(({ name }) => name)];
    return [groupsFrom([...new Set(names)], [...older, ...newer])];
  });
  return found;
}

function groupsFrom(
  names: readonly string[],
  users: readonly { readonly id: string; readonly group?: string | undefined }[],
): Groups {
  const distinct = (among: typeof users) => new Set(among.map(({ id }) => id.trim().toLowerCase())).size;
  return {
    names,
    size: distinct(users),
    members: (groups) => distinct(users.filter(({ group }) => group !== undefined && groups.includes(group))),
    unknown: (path, group) => {
      if (names.includes(group)) return [];
      const meant = nearest(group, names);
      return [
        {
          path,
          message: `unknown group ${JSON.stringify(group)}; accepted: ${names.join(", ") || "none, since no group is defined"}`,
          hint:
            meant === undefined ? "define it under groups, or mend its spelling" : `did you mean ${meant}?`,
        },
      ];
    },
  };
}

/** Users and groups of bootstrap.yaml. */
export function userFindings(bootstrap: BootstrapSpec): Finding[] {
  const groups = groupsOf(bootstrap);
  return [
    ...groupFindings(bootstrap.groups, groups),
    ...eachUser(bootstrap.users, groups),
    ...whereReadable(() => adminFindings(bootstrap.users)),
  ];
}

function groupFindings(defined: BootstrapSpec["groups"], groups: Groups | undefined): Finding[] {
  const names: string[] = [];
  return [
    ...eachReadable(defined, ({ name }, index): Finding[] => {
      const twice = names.includes(name);
      names.push(name);
      const path = ["groups", index, "name"];
      if (twice) return [{ path, message: `the group ${name} is defined twice` }];
      return groups !== undefined && groups.members([name]) === 0
        ? [
            {
              path,
              message: `the group ${name} has no members`,
              hint: "give it members, or remove it: who is to be in it cannot be told from here",
              severity: "warning",
            },
          ]
        : [];
    }),
  ];
}

function eachUser(users: BootstrapSpec["users"], groups: Groups | undefined): Finding[] {
  const ids = new Map<string, number>();
  return [
    ...eachReadable(users, ({ user_id, group }, index): Finding[] => {
      const path = ["users", index, "user_id"];
      const id = user_id.trim().toLowerCase();
      const earlier = ids.get(id);
      ids.set(id, earlier ?? index);
      return [
        ...(earlier === undefined
          ? []
          : [
              {
                path,
                message: `${user_id} is users[${earlier}] already; accepted: each user once, in one group at most`,
              },
            ]),
        ...(/^[^\s@]+@[^\s@]+$/.test(user_id)
          ? []
          : [
              {
                path,
                message: `found ${JSON.stringify(user_id)}; accepted: the e-mail address that the identity provider knows`,
                hint: "only the vendor's own system users have none",
                severity: "warning" as const,
              },
            ]),
        ...(group === undefined ? [] : (groups?.unknown(["users", index, "group"], group) ?? [])),
      ];
    }),
  ];
}

/** Where roles are given at all, somebody has to be able to stand in for the administrator. */
function adminFindings(users: BootstrapSpec["users"]): Finding[] {
  return users.some(({ role }) => role !== undefined) &&
    users.filter(({ role }) => role === "Admin").length < 2
    ? [
        {
          path: ["users"],
          message: "names fewer than two users of role Admin; the vendor asks for two at least",
          hint: "with one, nobody can stand in for them",
          severity: "warning",
        },
      ]
    : [];
}
