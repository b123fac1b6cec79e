import { arnIn, declaredOnlyType, type ResourceType, resourceType } from "./resourceType.ts"

/** Nothing is delivered to subscribers, and no alarm is evaluated: a topic keeps what is published to it. */
export const monitoringTypes: Readonly<Record<string, ResourceType>> = {
  "aws:sns/topic:Topic": resourceType({}, [], ({ physicalName, account }) => {
    const arn = account.cloud.topics.create(physicalName)
    return { id: arn, outputs: { name: physicalName, arn } }
  }),
  "aws:sns/topicPolicy:TopicPolicy": declaredOnlyType("arn", "policy"),
  "aws:sns/topicSubscription:TopicSubscription": declaredOnlyType("topic", "protocol", "endpoint"),
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
      outputs: { name: physicalName, arn: arnIn(account, "cloudwatch", `alarm:${physicalName}`) }
    })
  ),
  "aws:cloudwatch/dashboard:Dashboard": declaredOnlyType("dashboardName", "dashboardBody"),
  "aws:budgets/budget:Budget": declaredOnlyType(
    "budgetType",
    "timeUnit",
    "limitAmount",
    "limitUnit",
    "notifications",
    "tags"
  )
}
