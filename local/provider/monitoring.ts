import { declaredOnly, resourceType } from "./resourceType.ts"

/** Nobody is woken up by a laptop: of what watches the pipeline only the ARNs are there, for who refers to them. */
export const signals = {
  "aws:sns/topic:Topic": resourceType({}, [], ({ physicalName, account }) => {
    const arn = account.arn("sns", physicalName)
    return { id: arn, outputs: { name: physicalName, arn } }
  }),
  "aws:sns/topicPolicy:TopicPolicy": declaredOnly("arn", "policy"),
  "aws:sns/topicSubscription:TopicSubscription": declaredOnly("topic", "protocol", "endpoint"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": resourceType(
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
    ({ physicalName, account }) => ({
      id: physicalName,
      outputs: { name: physicalName, arn: account.arn("cloudwatch", `alarm:${physicalName}`) }
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
