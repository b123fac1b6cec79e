import type * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { byRunDate } from "../domain/TableItem.ts"
import { variable } from "../domain/variables.ts"
import type { WorkQueue } from "./WorkQueue.ts"

/** One statement of a role's policy: exact actions on exact resources. */
export interface Statement {
  readonly actions: ReadonlyArray<string>
  readonly resources: ReadonlyArray<pulumi.Input<string>>
  /** Used by nothing but failures, what mends them, and an export of what was exported before. */
  readonly onFailurePath?: true
  readonly condition?: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<string>>>>>
}

/** What a function may do, and the variables that tell it where: given together so neither can be forgotten. */
export interface Grant {
  readonly env: Readonly<Record<string, pulumi.Input<string>>>
  readonly statements: ReadonlyArray<Statement>
}

/** The same grant, marked: a run in which all goes well does not use it, and is not told so. */
export const onFailurePath = ({ env, statements }: Grant): Grant => ({
  env,
  statements: statements.map((statement) => ({ ...statement, onFailurePath: true }))
})

/** Read one object of a bucket outside the stack. */
export const mayReadSource = (source: { bucket: string; key: string; region: string }): Grant => ({
  env: {
    [variable.sourceBucket]: source.bucket,
    [variable.sourceKey]: source.key,
    [variable.sourceRegion]: source.region
  },
  statements: [{ actions: ["s3:GetObject"], resources: [`arn:aws:s3:::${source.bucket}/${source.key}`] }]
})

const onObjects = (action: string, bucket: aws.s3.Bucket, keys: ReadonlyArray<string>): Grant => ({
  env: { [variable.moviesBucket]: bucket.bucket },
  statements: [{ actions: [action], resources: keys.map((key) => pulumi.interpolate`${bucket.arn}/${key}`) }]
})

/** Write the bucket's objects whose keys are like these; `*` stands for anything. */
export const mayPut = (bucket: aws.s3.Bucket, ...keys: ReadonlyArray<string>): Grant =>
  onObjects("s3:PutObject", bucket, keys)

/** Read the bucket's objects whose keys are like these; `*` stands for anything. */
export const mayGet = (bucket: aws.s3.Bucket, ...keys: ReadonlyArray<string>): Grant =>
  onObjects("s3:GetObject", bucket, keys)

/** List the bucket below prefixes like these. It does not turn S3's 403 for a missing object into a 404: list first. */
export const mayList = (bucket: aws.s3.Bucket, ...prefixes: ReadonlyArray<string>): Grant => ({
  env: { [variable.moviesBucket]: bucket.bucket },
  statements: prefixes.map((prefix) => ({
    actions: ["s3:ListBucket"],
    resources: [bucket.arn],
    condition: { StringLike: { "s3:prefix": [prefix] } }
  }))
})

/** Send to a queue, whose address arrives in the variable. */
export const maySend = (name: string, queue: aws.sqs.Queue): Grant => ({
  env: { [name]: queue.url },
  statements: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }]
})

/** Lambda hands the queue each asynchronous event that the function failed for good; the function itself never sends. */
export const mayDeliverDeadLetters = (queue: aws.sqs.Queue): Grant => ({
  env: {},
  statements: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }]
})

/** Let Lambda poll the queue for the function. */
export const mayConsume = ({ queue }: WorkQueue): Grant => ({
  env: {},
  statements: [
    { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [queue.arn] }
  ]
})

/** Set how long a failed message of the queue waits, and know which receive is its last. */
export const mayDefer = (name: string, { queue, maxReceiveCount }: WorkQueue): Grant => ({
  env: { [name]: queue.url, [variable.maxReceives]: `${maxReceiveCount}` },
  statements: [{ actions: ["sqs:ChangeMessageVisibility"], resources: [queue.arn] }]
})

/** Read the OMDb key, by the secret's ARN. */
export const mayReadSecret = (secret: aws.secretsmanager.Secret): Grant => ({
  env: { [variable.omdbApiKeySecret]: secret.arn },
  statements: [{ actions: ["secretsmanager:GetSecretValue"], resources: [secret.arn] }]
})

/** Put a day's rows of the table, find them by the index, and delete what a run again no longer has. */
export const mayLoad = (table: aws.dynamodb.Table): Grant => ({
  env: { [variable.moviesTable]: table.name },
  statements: [
    { actions: ["dynamodb:PutItem"], resources: [table.arn] },
    { actions: ["dynamodb:DeleteItem"], resources: [table.arn], onFailurePath: true },
    { actions: ["dynamodb:Query"], resources: [pulumi.interpolate`${table.arn}/index/${byRunDate}`] }
  ]
})

/** A setting that needs no permission. */
export const environment = (env: Readonly<Record<string, pulumi.Input<string>>>): Grant => ({ env, statements: [] })

/** By its stack are a function's metrics told apart. They go to its log, and so need no permission of their own. */
export const stackName = (): Grant => environment({ [variable.stack]: pulumi.getStack() })
