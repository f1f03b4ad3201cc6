import type { Restriction } from "./bootstrap-spec.ts";
import { assetFindings, countFindings, type RuleContext } from "./policy-checks.ts";
import { eachReadable, whereReadable } from "./readable.ts";
import type { Finding } from "./yaml-file.ts";

/**
 * Rules of the newer policy language, in which all that match have to be met, and config and policy operations without any are allowed to
 * everybody: the opposite of the older one.
 */
export function restrictionFindings(restrictions: readonly Restriction[], context: RuleContext): Finding[] {
  const path = ["restrictions"];
  const ids: string[] = [];
  return [
    ...eachReadable(restrictions, (restriction, index) => {
      const at = [...path, index];
      const { id, kind, group, required, filters } = restriction;
      const twice = ids.includes(id);
      ids.push(id);
      const { groups, assets, mainnet } = context;
      const unknown = groups?.unknown([...at, "group"], group) ?? [];
      return [
        ...(twice
          ? [{ path: [...at, "id"], message: `the id ${id} is given twice; accepted: different ids` }]
          : []),
        ...unknown,
        ...(groups === undefined || unknown.length > 0
          ? []
          : [
              ...countFindings([...at, "required"], required, [group], groups, mainnet),
              ...lockFindings(restriction, at, groups.members([group])),
            ]),
        ...(kind !== "transaction" && filters !== undefined
          ? [
              {
                path: [...at, "filters"],
                message: `found filters for kind ${kind}; accepted: none, since it holds for every operation of its kind`,
                hint: "remove filters, or write kind: transaction",
                ofKey: true,
              },
            ]
          : []),
        ...filterFindings(filters, [...at, "filters"], assets),
      ];
    }),
    ...whereReadable(() => openKinds(restrictions, path, context)),
    ...whereReadable(() => redundant(restrictions, path)),
  ];
}

function filterFindings(
  filters: Restriction["filters"],
  path: readonly PropertyKey[],
  assets: readonly string[] | undefined,
): Finding[] {
  if (filters === undefined) return [];
  return [
    ...(filters.min_amount !== undefined && filters.currency === undefined
      ? [
          {
            path: [...path, "currency"],
            message: "currency is missing; accepted with min_amount: a currency such as USD",
            hint: "write: currency: USD",
          },
        ]
      : []),
    ...assetFindings([...path, "assets"], filters.assets, assets),
  ];
}

/** Policy restrictions guard themselves: where all members are needed, one who leaves locks them for ever. */
function lockFindings(
  { kind, group, required }: Restriction,
  path: readonly PropertyKey[],
  members: number,
): Finding[] {
  return kind === "policy" && required === members && members > 0
    ? [
        {
          path: [...path, "required"],
          message: `found ${required}, every member of ${group}: one who leaves locks all policies for ever`,
          hint: "require fewer, or add members",
          severity: "warning",
        },
      ]
    : [];
}

function openKinds(
  restrictions: readonly Restriction[],
  path: readonly PropertyKey[],
  { mainnet }: RuleContext,
): Finding[] {
  if (restrictions.length === 0)
    return [
      {
        path,
        message:
          "found no restriction; accepted: one of kind config and one of kind policy at least, since without them everybody may change everything without an approval",
        hint: "write: - { id: config-default, kind: config, required: 2, group: … }",
      },
    ];
  return (["config", "policy"] as const)
    .filter((kind) => restrictions.every((one) => one.kind !== kind))
    .map((kind) => ({
      path,
      message: `has none of kind ${kind}: every ${kind} operation is allowed without an approval${kind === "config" ? ", setting the recovery key among them" : ""}`,
      hint: `write: - { id: ${kind}-default, kind: ${kind}, required: 2, group: … }`,
      severity: mainnet ? ("error" as const) : ("warning" as const),
    }));
}

/** A restriction that another one always includes decides nothing. */
function redundant(restrictions: readonly Restriction[], path: readonly PropertyKey[]): Finding[] {
  return restrictions.flatMap((restriction, index) => {
    const stronger = restrictions.findIndex(
      (other, position) =>
        position !== index &&
        includes(other, restriction) &&
        (!includes(restriction, other) || position < index),
    );
    return stronger < 0
      ? []
      : [
          {
            path: [...path, index],
            message: `decides nothing: all that match have to be met, and restrictions[${stronger}] asks at least as much of ${restriction.group} wherever this one matches`,
            hint: "remove it, or change what it asks for",
            severity: "warning",
          },
        ];
  });
}

function includes(wider: Restriction, narrower: Restriction): boolean {
  if (wider.kind !== narrower.kind || wider.group !== narrower.group || wider.required < narrower.required)
    return false;
  const { destination, min_amount: least, currency, assets } = wider.filters ?? {};
  const inner = narrower.filters ?? {};
  return (
    (destination === undefined || destination === inner.destination) &&
    (least === undefined ||
      (currency === inner.currency &&
        inner.min_amount !== undefined &&
        Number(least) <= Number(inner.min_amount))) &&
    (assets === undefined || (inner.assets?.every((asset) => assets.includes(asset)) ?? false))
  );
}
