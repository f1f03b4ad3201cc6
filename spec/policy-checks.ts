import type { Groups } from "./groups.ts";
import { nearest } from "./nearest.ts";
import { eachEntry, eachReadable, whereReadable } from "./readable.ts";
import { shadowsOf } from "./rule-reach.ts";
import type { PolicyOperations, PolicyRule } from "./wallet-spec.ts";
import type { Finding } from "./yaml-file.ts";

/** What rules are judged by besides themselves. */
export interface RuleContext {
  /** Undefined where groups or users are not readable; then nothing is counted. */
  readonly groups: Groups | undefined;
  /** Abbreviations of the assets in bd-wallet.yaml; undefined where they are not readable. */
  readonly assets: readonly string[] | undefined;
  /** The environment has real funds. */
  readonly mainnet: boolean;
}

/** Operations of the vendor's samples. Others exist that no document names. */
const knownOperations = ["transfer", "update policy set"] as const;

/** Rules of the older policy language, in which the first that matches decides and none means forbidden. */
export function policyFindings(
  policies: PolicyOperations,
  path: readonly PropertyKey[],
  context: RuleContext,
): Finding[] {
  return [
    ...(Object.keys(policies).length > 0
      ? []
      : [
          {
            path,
            message:
              "found no operation; accepted: at least one, since what no rule allows is forbidden for good",
            hint: "take the vendor's default rules, or leave the key out",
          },
        ]),
    ...eachEntry(policies, (operation, { PolicyOperationType, Policies }) => {
      const at = [...path, operation];
      return [
        ...operationFindings(operation, PolicyOperationType, at),
        ...ruleSetFindings(operation, Policies, [...at, "Policies"], context),
      ];
    }),
    ...whereReadable(() => unchangeable(policies, path)),
  ];
}

function operationFindings(operation: string, type: string, path: readonly PropertyKey[]): Finding[] {
  const meant = nearest(operation, knownOperations);
  if (meant !== undefined && meant !== operation)
    return [
      {
        path,
        message: `unknown operation ${JSON.stringify(operation)}; known: ${knownOperations.join(", ")}`,
        hint: `did you mean ${JSON.stringify(meant)}?`,
        ofKey: true,
      },
    ];
  return type === operation
    ? []
    : [
        {
          path: [...path, "PolicyOperationType"],
          message: `found ${JSON.stringify(type)}; accepted: ${JSON.stringify(operation)}, the operation that the rules stand under`,
          hint: `write: PolicyOperationType: ${operation}`,
        },
      ];
}

function ruleSetFindings(
  operation: string,
  rules: readonly PolicyRule[],
  path: readonly PropertyKey[],
  context: RuleContext,
): readonly Finding[] {
  if (rules.length === 0)
    return [
      {
        path,
        message: `found no rule; accepted: at least one, since ${JSON.stringify(operation)} is forbidden where none matches`,
        hint: "write - ApproverExpression: { Op: block } if it is meant to be forbidden",
      },
    ];
  return [
    ...eachReadable(rules, (rule, index) => [
      ...approverFindings(rule, [...path, index], context),
      ...filterFindings(operation, rule, [...path, index], context),
    ]),
    ...whereReadable(() => unreachable(rules, path)),
  ];
}

function approverFindings(
  { ApproverExpression: approvers, TriggerGroup }: PolicyRule,
  path: readonly PropertyKey[],
  { groups, mainnet }: RuleContext,
): Finding[] {
  const trigger =
    TriggerGroup === undefined ? [] : (groups?.unknown([...path, "TriggerGroup"], TriggerGroup) ?? []);
  if ("Op" in approvers) return trigger;
  const at = [...path, "ApproverExpression"];
  const { Groups: names, RequiredCount: required } = approvers;
  const unknown = names.flatMap((group, index) => groups?.unknown([...at, "Groups", index], group) ?? []);
  return [
    ...trigger,
    ...unknown,
    ...(groups === undefined || unknown.length > 0
      ? []
      : countFindings([...at, "RequiredCount"], required, names, groups, mainnet)),
    ...(names.length === 0
      ? [
          {
            path: [...at, "Groups"],
            message: "names no group, so every user may approve",
            hint: "name the groups, unless it is meant so (a template of the vendor's does it)",
            severity: "warning" as const,
          },
        ]
      : []),
  ];
}

/** Whether enough people are there to approve, and whether one alone may. */
export function countFindings(
  path: readonly PropertyKey[],
  required: number,
  names: readonly string[],
  groups: Groups,
  mainnet: boolean,
): Finding[] {
  const members = names.length === 0 ? groups.size : groups.members(names);
  const of = names.length === 0 ? "all users" : names.join(" and ");
  if (required > members)
    return [
      {
        path,
        message: `found ${required}, and ${of} ${names.length > 1 || names.length === 0 ? "are" : "is"} ${members} together; accepted: at most ${members}`,
        hint: "require fewer approvals, or add users to the group under users",
      },
    ];
  return mainnet && required === 1
    ? [
        {
          path,
          message: "found 1 on mainnet: one user approves alone",
          hint: "require two, unless it is meant so; administrative policies are not meant to change after setup",
          severity: "warning",
        },
      ]
    : [];
}

function filterFindings(
  operation: string,
  rule: PolicyRule,
  path: readonly PropertyKey[],
  { assets, mainnet }: RuleContext,
): Finding[] {
  const { ApproverExpression: approvers, MinAmount, AmountCurrency, TxCurrencies } = rule;
  const filters = Object.keys(rule).filter((key) => key !== "ApproverExpression");
  const open = "Op" in approvers && approvers.Op === "allow" && filters.length === 0;
  const transferOnly = ["DestinationType", "MinAmount", "AmountCurrency", "TxCurrencies"] as const;
  const foreign: readonly (keyof PolicyRule)[] =
    operation === "transfer" ? ["PolicyUpdateOpType"] : operation === "update policy set" ? transferOnly : [];
  return [
    ...(open
      ? [
          {
            path: [...path, "ApproverExpression", "Op"],
            message: `allows ${JSON.stringify(operation)} to everybody without an approval`,
            hint: mainnet
              ? "name groups and a count; on mainnet this moves real funds"
              : "name groups and a count, or add filters, unless it is meant so",
            severity: "warning" as const,
          },
        ]
      : []),
    ...(MinAmount !== undefined && AmountCurrency === undefined
      ? [
          {
            path: [...path, "AmountCurrency"],
            message: "AmountCurrency is missing; accepted with MinAmount: a currency such as USD",
            hint: "write: AmountCurrency: USD",
          },
        ]
      : []),
    ...(MinAmount === undefined && AmountCurrency !== undefined
      ? [
          {
            path: [...path, "AmountCurrency"],
            message: "AmountCurrency without MinAmount says nothing; accepted: both, or neither",
          },
        ]
      : []),
    ...assetFindings([...path, "TxCurrencies"], TxCurrencies, assets),
    ...foreign
      .filter((key) => rule[key] !== undefined)
      .map((key) => ({
        path: [...path, key],
        message: `${key} is no filter of ${JSON.stringify(operation)} in any of the vendor's samples`,
        hint: "remove it, or ask the vendor what it does there",
        severity: "warning" as const,
        ofKey: true,
      })),
  ];
}

/** Assets that a rule filters by. */
export function assetFindings(
  path: readonly PropertyKey[],
  named: readonly string[] | undefined,
  known: readonly string[] | undefined,
): Finding[] {
  if (named === undefined) return [];
  if (named.length === 0)
    return [
      {
        path,
        message: "found an empty list, which no transaction matches; accepted: at least one asset",
        hint: "leave the key out to mean all assets",
      },
    ];
  return named.flatMap((asset, index): Finding[] => {
    if (known === undefined || known.includes(asset)) return [];
    const meant = nearest(asset, known);
    return [
      {
        path: [...path, index],
        message: `unknown asset ${JSON.stringify(asset)}; accepted: ${known.join(", ")}, as in bd-wallet.yaml`,
        hint:
          meant === undefined
            ? "describe it under mpa.assets, or mend its spelling"
            : `did you mean ${meant}?`,
      },
    ];
  });
}

function unreachable(rules: readonly PolicyRule[], path: readonly PropertyKey[]): Finding[] {
  return shadowsOf(rules).flatMap((shadows, index) =>
    shadows.length === 0
      ? []
      : [
          {
            path: [...path, index],
            message: `is never reached: the first rule that matches decides, and ${shadows.map((one) => `rule ${one + 1}`).join(" and ")} of this list ${shadows.length > 1 ? "match" : "matches"} everything that it matches`,
            hint: `move it before rule ${(shadows[0] ?? 0) + 1}, or remove it`,
          },
        ],
  );
}

/** Without a rule that lets anybody change policies, they are as they are for ever. */
function unchangeable(policies: PolicyOperations, path: readonly PropertyKey[]): Finding[] {
  const operation = "update policy set";
  const rules = policies[operation]?.Policies;
  if (Object.keys(policies).length === 0 || rules?.length === 0) return [];
  const possible = rules?.some(
    ({ ApproverExpression: approvers }) => !("Op" in approvers) || approvers.Op === "allow",
  );
  return possible
    ? []
    : [
        {
          path: rules === undefined ? path : [...path, operation],
          message: "no rule lets anybody ever change a policy",
          hint: `write a rule with approvers under ${operation}, unless it is meant so`,
          severity: "warning",
        },
      ];
}
