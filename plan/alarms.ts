import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { type DisplayValue, displayInputs, isList, isRecord } from "./displayInputs.ts"
import { joinWords, type ResourceIndex } from "./resources.ts"

const comparisons: Readonly<Record<string, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<="
}

const written = (value: DisplayValue | undefined): string => (typeof value === "string" ? value : JSON.stringify(value))

const told = (actions: DisplayValue | undefined, { nameOf: nounOf }: ResourceIndex): string =>
  isList(actions) && actions.length > 0 ? `tells ${joinWords(actions.map(nounOf))}` : "tells nobody"

/** One of an alarm's queries: `FILL(completed, 0)`, or `completed is the Sum of ImdbEtl RunsCompleted in 3600 s`. */
const query = (one: DisplayValue): string => {
  if (!isRecord(one)) return written(one)
  if (one["expression"] !== undefined) return written(one["expression"])
  const { metric } = one
  if (!isRecord(metric)) return written(one)
  return `${written(one["id"])} is the ${written(metric["stat"])} of ${written(metric["namespace"])} ${written(metric["metricName"])} in ${written(metric["period"])} s`
}

/** What the alarm looks at first, then what that is made of. */
const queries = (value: DisplayValue): string => {
  if (!isList(value)) return written(value)
  const [watched, ...parts] = value.toSorted((a, b) => Number(isWatched(b)) - Number(isWatched(a)))
  return [watched, ...parts].flatMap((one) => (one === undefined ? [] : [query(one)])).join(", where ")
}

const isWatched = (one: DisplayValue): boolean => isRecord(one) && one["returnData"] === true

const metricAlarm = (alarm: RegisteredResource, nouns: ResourceIndex): string => {
  const inputs = displayInputs(alarm)
  const { namespace, metricName, statistic, extendedStatistic, metricQueries, threshold, comparisonOperator } = inputs
  const { dimensions, period, evaluationPeriods = 1, datapointsToAlarm, treatMissingData = "missing" } = inputs
  const of = isRecord(dimensions)
    ? ` of ${joinWords(Object.entries(dimensions).map(([name, value]) => `${name} ${nouns.nameOf(value)}`))}`
    : ""
  const metric =
    metricQueries === undefined
      ? `${written(statistic ?? extendedStatistic)} ${written(namespace)} ${written(metricName)}${of}`
      : queries(metricQueries)
  const comparison = comparisons[written(comparisonOperator)] ?? written(comparisonOperator)
  const points = datapointsToAlarm === undefined ? "" : `${written(datapointsToAlarm)} of `
  const time = `${points}${written(evaluationPeriods)} ${evaluationPeriods === 1 ? "period" : "periods"}${period === undefined ? "" : ` of ${written(period)} s`}`
  const missing = `no data counts as ${written(treatMissingData)}`
  return `${alarm.name}: ${metric} ${comparison} ${written(threshold)} in ${time}, ${missing}; ${told(inputs["alarmActions"], nouns)}`
}

const budget = (declared: RegisteredResource): string => {
  const { limitAmount, limitUnit, timeUnit, notifications } = displayInputs(declared)
  const times = isList(notifications) ? notifications.length : 0
  return `${declared.name}: ${written(limitAmount)} ${written(limitUnit)} ${written(timeUnit)}, tells at ${times} thresholds`
}

/** What raises an alarm, in a sentence each, in the order of the resources. */
export const alarmsOf = (resources: ReadonlyArray<RegisteredResource>, nouns: ResourceIndex): ReadonlyArray<string> =>
  resources.flatMap((resource) => {
    switch (resource.type) {
      case "aws:cloudwatch/metricAlarm:MetricAlarm":
        return [metricAlarm(resource, nouns)]
      case "aws:cloudwatch/compositeAlarm:CompositeAlarm":
        return [`${resource.name}: ${written(displayInputs(resource)["alarmRule"])}`]
      case "aws:budgets/budget:Budget":
        return [budget(resource)]
      default:
        return []
    }
  })
