import type { Declared } from "../plan/declareStack.ts"

/** The policy of a role that creates, changes and deletes the program's resources and no others. */
export const deployPolicy = ({ resources, project }: Pick<Declared, "resources" | "project">) => {
  const arns = resources.flatMap(({ type, name, component }) => {
    if (component || type.startsWith("pulumi:") || subresources.test(type)) return []
    const arn = arnPatterns[type]
    if (arn === undefined)
      throw new Error(`Add the ARN pattern of the resource type ${type} to scripts/deployPolicy.ts.`)
    return [arn(name, project)]
  })
  const distinct = [...new Set(arns)].sort()
  const roles = distinct.filter((arn) => arn.startsWith("arn:aws:iam:"))
  const others = distinct.filter((arn) => !roles.includes(arn))
  const services = new Set(others.map((arn) => arn.split(":")[2] ?? ""))
  const passed = { StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } }
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: [...services].sort().map((service) => `${service}:*`), Resource: others },
      { Effect: "Allow", Action: actionsWithoutArn, Resource: "*" },
      { Effect: "Allow", Action: roleActions, Resource: roles },
      { Effect: "Allow", Action: "iam:PassRole", Resource: roles, Condition: passed }
    ]
  }
}

const regional = (service: string, resource: string) => (name: string) =>
  `arn:aws:${service}:$REGION:$ACCOUNT:${resource}${name}-*`

/** Pulumi names a resource by its logical name, a hyphen and random characters. */
const arnPatterns: Readonly<Record<string, (name: string, project: string) => string>> = {
  "aws:budgets/budget:Budget": (name) => `arn:aws:budgets::$ACCOUNT:budget/${name}-*`,
  // The one resource that the program names itself, by project and stack.
  "aws:cloudwatch/dashboard:Dashboard": (_name, project) => `arn:aws:cloudwatch::$ACCOUNT:dashboard/${project}-*`,
  "aws:cloudwatch/logGroup:LogGroup": regional("logs", "log-group:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": regional("cloudwatch", "alarm:"),
  "aws:dynamodb/table:Table": regional("dynamodb", "table/"),
  "aws:iam/role:Role": (name) => `arn:aws:iam::$ACCOUNT:role/${name}-*`,
  "aws:lambda/eventSourceMapping:EventSourceMapping": () => "arn:aws:lambda:$REGION:$ACCOUNT:event-source-mapping:*",
  "aws:lambda/function:Function": regional("lambda", "function:"),
  "aws:s3/bucket:Bucket": (name) => `arn:aws:s3:::${name}-*`,
  "aws:scheduler/schedule:Schedule": regional("scheduler", "schedule/default/"),
  "aws:secretsmanager/secret:Secret": regional("secretsmanager", "secret:"),
  "aws:sns/topic:Topic": regional("sns", ""),
  "aws:sqs/queue:Queue": regional("sqs", "")
}

/** Resources under the ARN of another resource. */
const subresources =
  /^aws:(iam\/rolePolicy|lambda\/functionEventInvokeConfig|s3\/bucket[A-Z]\w+|secretsmanager\/secretVersion|sns\/topic(Policy|Subscription)|sqs\/(queuePolicy|redriveAllowPolicy)):/

const roleActions = [
  ...["CreateRole", "DeleteRole", "GetRole", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy"],
  ...["TagRole", "UntagRole", "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies"],
  ...["ListAttachedRolePolicies", "ListInstanceProfilesForRole"]
].map((action) => `iam:${action}`)

/** IAM does not support a resource for these actions. */
const actionsWithoutArn = [
  ...["lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings", "logs:DescribeLogGroups"],
  ...["sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"]
]
