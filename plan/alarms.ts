import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { at, type DisplayRecord, type DisplayValue, displayInputs, isList, isRecord } from "./displayInputs.ts"
import { joinWords, type ResourceIndex } from "./resources.ts"

/** A sentence for each alarm and budget, in the order of the resources. */
export const alarmsOf = (resources: ReadonlyArray<RegisteredResource>, index: ResourceIndex): ReadonlyArray<string> =>
  resources.flatMap((resource) => {
    switch (resource.type) {
      case "aws:cloudwatch/metricAlarm:MetricAlarm":
        return [metricAlarm(resource, index)]
      case "aws:cloudwatch/compositeAlarm:CompositeAlarm":
        return [`${resource.name}: ${text(displayInputs(resource)["alarmRule"])}`]
      case "aws:budgets/budget:Budget":
        return [budget(resource)]
      default:
        return []
    }
  })

const metricAlarm = (alarm: RegisteredResource, { nameOf }: ResourceIndex): string => {
  const inputs = displayInputs(alarm)
  const { evaluationPeriods = 1, datapointsToAlarm, period, treatMissingData = "missing", alarmActions } = inputs
  const metric = inputs["metricQueries"] === undefined ? singleMetric(inputs, nameOf) : queries(inputs["metricQueries"])
  const operator = text(inputs["comparisonOperator"])
  const periods = [
    ...(datapointsToAlarm === undefined ? [] : [`${text(datapointsToAlarm)} of`]),
    `${text(evaluationPeriods)} ${evaluationPeriods === 1 ? "period" : "periods"}`,
    ...(period === undefined ? [] : [`of ${text(period)} s`])
  ].join(" ")
  const topics = isList(alarmActions) ? alarmActions.map(nameOf) : []
  return [
    `${alarm.name}: ${metric} ${comparisons[operator] ?? operator} ${text(inputs["threshold"])} in ${periods}`,
    `missing data counts as ${text(treatMissingData)}`,
    topics.length === 0 ? "notifies no topic" : `notifies ${joinWords(topics)}`
  ].join("; ")
}

const comparisons: Readonly<Record<string, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<="
}

/** `Sum of AWS/Lambda Errors (FunctionName EnrichAndStoreMovie)` */
const singleMetric = (inputs: DisplayRecord, nameOf: ResourceIndex["nameOf"]): string => {
  const { namespace, metricName, statistic, extendedStatistic, dimensions } = inputs
  const pairs = isRecord(dimensions)
    ? Object.entries(dimensions).map(([name, value]) => `${name} ${nameOf(value)}`)
    : []
  const metric = `${text(statistic ?? extendedStatistic)} of ${text(namespace)} ${text(metricName)}`
  return pairs.length === 0 ? metric : `${metric} (${joinWords(pairs)})`
}

/** The query that the alarm evaluates, then those it is computed from. */
const queries = (value: DisplayValue): string => {
  if (!isList(value)) return text(value)
  const isEvaluated = (query: DisplayValue) => at(query, "returnData") === true
  return value
    .toSorted((a, b) => Number(isEvaluated(b)) - Number(isEvaluated(a)))
    .map(query)
    .join(", where ")
}

/** `FILL(completed, 0)`, or `completed is the Sum of ImdbEtl RunsCompleted in 3600 s` */
const query = (value: DisplayValue): string => {
  const expression = at(value, "expression")
  if (expression !== undefined) return text(expression)
  const [stat, namespace, name, period] = ["stat", "namespace", "metricName", "period"].map((input) =>
    text(at(value, "metric", input))
  )
  return `${text(at(value, "id"))} is the ${stat} of ${namespace} ${name} in ${period} s`
}

const budget = (declared: RegisteredResource): string => {
  const { limitAmount, limitUnit, timeUnit, notifications } = displayInputs(declared)
  const thresholds = isList(notifications) ? notifications.length : 0
  return `${declared.name}: ${text(limitAmount)} ${text(limitUnit)} ${text(timeUnit)}; notifies at ${thresholds} thresholds`
}

const text = (value: DisplayValue | undefined): string => (typeof value === "string" ? value : JSON.stringify(value))
