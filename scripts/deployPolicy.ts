import type { Declared } from "../plan/declareStack.ts"

const here = (service: string, resource: string) => (name: string) =>
  `arn:aws:${service}:$REGION:$ACCOUNT:${resource}${name}-*`

/** The ARNs that Pulumi gives a resource of this type: its logical name, a hyphen and something random. */
const arnOf: Readonly<Record<string, (name: string, project: string) => string>> = {
  "aws:budgets/budget:Budget": (name) => `arn:aws:budgets::$ACCOUNT:budget/${name}-*`,
  // The one resource that the program names, by its project and stack.
  "aws:cloudwatch/dashboard:Dashboard": (_name, project) => `arn:aws:cloudwatch::$ACCOUNT:dashboard/${project}-*`,
  "aws:cloudwatch/logGroup:LogGroup": here("logs", "log-group:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": here("cloudwatch", "alarm:"),
  "aws:dynamodb/table:Table": here("dynamodb", "table/"),
  "aws:iam/role:Role": (name) => `arn:aws:iam::$ACCOUNT:role/${name}-*`,
  "aws:lambda/eventSourceMapping:EventSourceMapping": () => "arn:aws:lambda:$REGION:$ACCOUNT:event-source-mapping:*",
  "aws:lambda/function:Function": here("lambda", "function:"),
  "aws:s3/bucket:Bucket": (name) => `arn:aws:s3:::${name}-*`,
  "aws:scheduler/schedule:Schedule": here("scheduler", "schedule/default/"),
  "aws:secretsmanager/secret:Secret": here("secretsmanager", "secret:"),
  "aws:sns/topic:Topic": here("sns", ""),
  "aws:sqs/queue:Queue": here("sqs", "")
}

/** Part of another resource, under whose ARN it is made. */
const parts =
  /^aws:(iam\/rolePolicy|lambda\/functionEventInvokeConfig|s3\/bucket[A-Z]\w+|secretsmanager\/secretVersion|sns\/topic(Policy|Subscription)|sqs\/(queuePolicy|redriveAllowPolicy)):/

const roleActions = [
  ...["CreateRole", "DeleteRole", "GetRole", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy"],
  ...["TagRole", "UntagRole", "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies"],
  ...["ListAttachedRolePolicies", "ListInstanceProfilesForRole"]
].map((action) => `iam:${action}`)

/** What has no ARN to be named by. */
const unnameable = [
  ...["lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings", "logs:DescribeLogGroups"],
  ...["sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"]
]

/** What a role needs to make, change and take away the program's resources, and those alone. */
export const deployPolicy = ({ resources, project }: Pick<Declared, "resources" | "project">) => {
  const arns = resources.flatMap(({ type, name, component }) => {
    if (component || type.startsWith("pulumi:") || parts.test(type)) return []
    const arn = arnOf[type]
    if (arn === undefined) throw new Error(`scripts/deployPolicy.ts knows no ARN of a resource of the type ${type}.`)
    return [arn(name, project)]
  })
  const [roles, others] = [true, false].map((isRole) =>
    [...new Set(arns)].filter((arn) => arn.startsWith("arn:aws:iam:") === isRole).sort()
  )
  const services = new Set(others?.map((arn) => arn.split(":")[2] ?? ""))
  const passed = { StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } }
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: [...services].sort().map((service) => `${service}:*`), Resource: others },
      { Effect: "Allow", Action: unnameable, Resource: "*" },
      { Effect: "Allow", Action: roleActions, Resource: roles },
      { Effect: "Allow", Action: "iam:PassRole", Resource: roles, Condition: passed }
    ]
  }
}
