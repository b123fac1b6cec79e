import type { Registered } from "../local/engine/monitor.ts"
import { isList, isRecord, type Shown, shownInputs } from "./inputs.ts"
import { listed, type Nouns } from "./nouns.ts"

const comparisons: Readonly<Record<string, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<="
}

const written = (value: Shown | undefined): string => (typeof value === "string" ? value : JSON.stringify(value))

const told = (actions: Shown | undefined, { nounOf }: Nouns): string =>
  isList(actions) && actions.length > 0 ? `tells ${listed(actions.map(nounOf))}` : "tells nobody"

const metricAlarm = (alarm: Registered, nouns: Nouns): string => {
  const inputs = shownInputs(alarm)
  const { namespace, metricName, statistic, extendedStatistic, metricQueries, threshold, comparisonOperator } = inputs
  const { dimensions, period, evaluationPeriods = 1, datapointsToAlarm, treatMissingData = "missing" } = inputs
  const of = isRecord(dimensions)
    ? ` of ${listed(Object.entries(dimensions).map(([name, value]) => `${name} ${nouns.nounOf(value)}`))}`
    : ""
  const metric =
    metricQueries === undefined
      ? `${written(statistic ?? extendedStatistic)} ${written(namespace)} ${written(metricName)}${of}`
      : `the metric queries ${written(metricQueries)}`
  const comparison = comparisons[written(comparisonOperator)] ?? written(comparisonOperator)
  const points = datapointsToAlarm === undefined ? "" : `${written(datapointsToAlarm)} of `
  const time = `${points}${written(evaluationPeriods)} ${evaluationPeriods === 1 ? "period" : "periods"}${period === undefined ? "" : ` of ${written(period)} s`}`
  const missing = `no data counts as ${written(treatMissingData)}`
  return `${alarm.name}: ${metric} ${comparison} ${written(threshold)} in ${time}, ${missing}; ${told(inputs["alarmActions"], nouns)}`
}

const budget = (declared: Registered): string => {
  const { limitAmount, limitUnit, timeUnit, notifications } = shownInputs(declared)
  const times = isList(notifications) ? notifications.length : 0
  return `${declared.name}: ${written(limitAmount)} ${written(limitUnit)} ${written(timeUnit)}, tells at ${times} thresholds`
}

/** What raises an alarm, in a sentence each, in the order of the resources. */
export const alarmsOf = (resources: ReadonlyArray<Registered>, nouns: Nouns): ReadonlyArray<string> =>
  resources.flatMap((resource) => {
    switch (resource.type) {
      case "aws:cloudwatch/metricAlarm:MetricAlarm":
        return [metricAlarm(resource, nouns)]
      case "aws:cloudwatch/compositeAlarm:CompositeAlarm":
        return [`${resource.name}: ${written(shownInputs(resource)["alarmRule"])}`]
      case "aws:budgets/budget:Budget":
        return [budget(resource)]
      default:
        return []
    }
  })
