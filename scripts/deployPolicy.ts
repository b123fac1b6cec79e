import type { Declared } from "../plan/declareStack.ts"
import { type Release, released } from "./released.ts"

/** The policies of the roles that deploy a stack and that read its resources, by the name of their file. */
export const deployPolicies = (
  { resources, project }: Pick<Declared, "resources" | "project">,
  release: Release = released
) => {
  // A stack still has what the program has renamed or no longer declares since the release: the role deletes it.
  const all = [...resources.filter(({ component }) => !component), ...release.resources]
  const arns = arnsOf(all, project)
  const ofIam = arns.filter((arn) => arn.startsWith("arn:aws:iam:"))
  const roles = ofIam.filter((arn) => arn.includes(":role/"))
  // Glue evaluates each action for the catalog too.
  const catalogs = arns.some((arn) => arn.startsWith("arn:aws:glue:")) ? ["arn:aws:glue:REGION:ACCOUNT_ID:catalog"] : []
  const others = [...catalogs, ...arns.filter((arn) => !ofIam.includes(arn))]
  const services = [...new Set(others.map((arn) => arn.split(":")[2] ?? ""))].sort()
  const passed = { StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } }
  const document = (...statements: ReadonlyArray<object>) => ({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement }))
  })
  return {
    deploy: document(
      { Action: services.flatMap((service) => writeActions[service] ?? [`${service}:*`]), Resource: others },
      { Action: [...readingWithoutArn, ...writingWithoutArn], Resource: "*" },
      { Action: [...iamReading, ...iamWriting], Resource: ofIam },
      { Action: "iam:PassRole", Resource: roles, Condition: passed }
    ),
    read: document(
      { Action: services.flatMap((service) => readActions[service] ?? defaultReadActions(service)), Resource: others },
      { Action: readingWithoutArn, Resource: "*" },
      { Action: iamReading, Resource: ofIam }
    )
  }
}

const arnsOf = (
  resources: ReadonlyArray<{ readonly type: string; readonly name: string }>,
  project: string
): ReadonlyArray<string> => {
  const arns = resources.flatMap(({ type, name }) => {
    if (type.startsWith("pulumi:") || subresources.test(type)) return []
    const arn = arnPatterns[type]
    if (arn === undefined)
      throw new Error(`Add the ARN pattern of the resource type ${type} to scripts/deployPolicy.ts.`)
    return [arn(name, project)]
  })
  return [...new Set(arns)].sort()
}

const regional = (service: string, resource: string) => (name: string) =>
  `arn:aws:${service}:REGION:ACCOUNT_ID:${resource}${name}-*`

/** A Glue database has the name of its project and stack, in the characters of its names. */
const databasesOf = (project: string) => `${project.replace(/[^a-z0-9_]/g, "_")}_*`

/** Pulumi names a resource by its logical name, a hyphen and random characters. */
export const arnPatterns: Readonly<Record<string, (name: string, project: string) => string>> = {
  "aws:athena/workgroup:Workgroup": regional("athena", "workgroup/"),
  "aws:budgets/budget:Budget": (name) => `arn:aws:budgets::ACCOUNT_ID:budget/${name}-*`,
  // The program itself names the dashboard and the Glue database, by project and stack.
  "aws:cloudwatch/dashboard:Dashboard": (_name, project) => `arn:aws:cloudwatch::ACCOUNT_ID:dashboard/${project}-*`,
  "aws:cloudwatch/logGroup:LogGroup": regional("logs", "log-group:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": regional("cloudwatch", "alarm:"),
  "aws:dynamodb/table:Table": regional("dynamodb", "table/"),
  "aws:glue/catalogDatabase:CatalogDatabase": (_name, project) =>
    `arn:aws:glue:REGION:ACCOUNT_ID:database/${databasesOf(project)}`,
  "aws:glue/catalogTable:CatalogTable": (_name, project) =>
    `arn:aws:glue:REGION:ACCOUNT_ID:table/${databasesOf(project)}/*`,
  "aws:iam/policy:Policy": (name) => `arn:aws:iam::ACCOUNT_ID:policy/${name}-*`,
  "aws:iam/role:Role": (name) => `arn:aws:iam::ACCOUNT_ID:role/${name}-*`,
  "aws:lambda/eventSourceMapping:EventSourceMapping": () => "arn:aws:lambda:REGION:ACCOUNT_ID:event-source-mapping:*",
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

const iam = (...actions: ReadonlyArray<string>) => actions.map((action) => `iam:${action}`)
const iamReading = iam(
  ...["GetRole", "GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"],
  ...["GetPolicy", "GetPolicyVersion", "ListPolicyVersions"]
)
const iamWriting = iam(
  ...["CreateRole", "DeleteRole", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy"],
  ...["TagRole", "UntagRole", "PutRolePolicy", "DeleteRolePolicy"],
  ...["CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "TagPolicy", "UntagPolicy"]
)

/**
 * IAM supports no resource for most of these actions, and CloudWatch evaluates DescribeAlarms for all alarms. The
 * provider reads a subscription by an ARN that ends in a random id.
 */
const readingWithoutArn = [
  ...["cloudwatch:DescribeAlarms", "lambda:ListEventSourceMappings", "logs:DescribeLogGroups"],
  "sns:GetSubscriptionAttributes"
]
const writingWithoutArn = ["lambda:CreateEventSourceMapping", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"]

/** Without the settings of the catalog, which belong to the whole account. */
const writeActions: Readonly<Record<string, ReadonlyArray<string>>> = {
  glue: ["*Database", "*Table", "GetPartitionIndexes", "GetTags", "TagResource", "UntagResource"].map(
    (action) => `glue:${action}`
  )
}
const defaultReadActions = (service: string) => [`${service}:Get*`, `${service}:List*`]
const readActions: Readonly<Record<string, ReadonlyArray<string>>> = {
  budgets: ["budgets:ViewBudget", "budgets:ListTagsForResource"],
  dynamodb: ["dynamodb:Describe*", "dynamodb:ListTagsOfResource"],
  logs: ["logs:ListTagsForResource", "logs:ListTagsLogGroup"],
  scheduler: ["scheduler:GetSchedule"],
  secretsmanager: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:GetSecretValue"]
}
