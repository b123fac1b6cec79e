import { declaredOnly, kind } from "./kind.ts"

/** Nobody is woken up by a laptop: of what watches the pipeline only the ARNs are there, for who refers to them. */
export const signals = {
  "aws:sns/topic:Topic": kind({}, [], ({ physicalName, world }) => {
    const arn = world.arn("sns", physicalName)
    return { id: arn, outputs: { name: physicalName, arn } }
  }),
  "aws:sns/topicPolicy:TopicPolicy": declaredOnly("arn", "policy"),
  "aws:sns/topicSubscription:TopicSubscription": declaredOnly("topic", "protocol", "endpoint"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": kind(
    {},
    [
      "alarmDescription",
      "alarmActions",
      "namespace",
      "metricName",
      "dimensions",
      "statistic",
      "period",
      "metricQueries",
      "comparisonOperator",
      "threshold",
      "evaluationPeriods",
      "datapointsToAlarm",
      "treatMissingData",
      "warmUpConfiguration"
    ],
    ({ physicalName, world }) => ({
      id: physicalName,
      outputs: { name: physicalName, arn: world.arn("cloudwatch", `alarm:${physicalName}`) }
    })
  ),
  "aws:cloudwatch/dashboard:Dashboard": declaredOnly("dashboardName", "dashboardBody"),
  "aws:budgets/budget:Budget": declaredOnly(
    "budgetType",
    "timeUnit",
    "limitAmount",
    "limitUnit",
    "notifications",
    "tags"
  )
}
