import { arnIn, declaredOnlyType, type ResourceType, resourceType } from "./resourceType.ts"

/** A local run sends no notification: only the ARNs exist, for the resources that refer to them. */
export const monitoringTypes: Readonly<Record<string, ResourceType>> = {
  "aws:sns/topic:Topic": resourceType({}, [], ({ physicalName, account }) => {
    const arn = arnIn(account, "sns", physicalName)
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
