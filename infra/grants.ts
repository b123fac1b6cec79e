import type * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { byRunDate } from "../domain/TableItem.ts"
import { variable } from "../domain/variables.ts"
import type { WorkQueue } from "./WorkQueue.ts"

/** One statement of a policy: exact actions on exact resources. */
export interface Statement {
  readonly actions: ReadonlyArray<string>
  readonly resources: ReadonlyArray<pulumi.Input<string>>
  readonly condition?: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<string>>>>>
  /** Used when something fails, by repeated runs, or only in some orders of events. */
  readonly onFailurePath?: true
}

type Environment = Readonly<Record<string, pulumi.Input<string>>>

/** What a function may do, and the environment variables that it needs for it. */
export interface Grant {
  readonly env: Environment
  readonly statements: ReadonlyArray<Statement>
}

/** Marks a grant that a run without failures may not use, so that `npm start` does not report it as unused. */
export const onFailurePath = ({ env, statements }: Grant): Grant => ({
  env,
  statements: statements.map((statement) => ({ ...statement, onFailurePath: true }))
})

/** The environment of all grants. Two grants that set one variable to different values, or outputs, are an error. */
export const environmentOf = (grants: ReadonlyArray<Grant>): Environment => {
  const variables = new Map<string, pulumi.Input<string>>()
  for (const [name, value] of grants.flatMap(({ env }) => Object.entries(env))) {
    if (variables.has(name) && variables.get(name) !== value) {
      throw new Error(`Two grants of one function set the environment variable ${name} to different values.`)
    }
    variables.set(name, value)
  }
  return Object.fromEntries(variables)
}

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

/** Write the objects of the bucket that match the keys; `*` matches anything. */
export const mayPut = (bucket: aws.s3.Bucket, ...keys: ReadonlyArray<string>): Grant =>
  onObjects("s3:PutObject", bucket, keys)

/** Read the objects of the bucket that match the keys; `*` matches anything. */
export const mayGet = (bucket: aws.s3.Bucket, ...keys: ReadonlyArray<string>): Grant =>
  onObjects("s3:GetObject", bucket, keys)

/**
 * List the bucket, and get 404 instead of 403 for a missing object. Without a prefix condition: a GetObject has no
 * `s3:prefix`, so S3 would answer 403.
 */
export const mayFind = (bucket: aws.s3.Bucket): Grant => ({
  env: { [variable.moviesBucket]: bucket.bucket },
  statements: [{ actions: ["s3:ListBucket"], resources: [bucket.arn] }]
})

/** Send to a queue, whose URL is in the variable. */
export const maySend = (name: string, queue: aws.sqs.Queue): Grant => ({
  env: { [name]: queue.url },
  statements: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }]
})

/** Publish to the topic. */
export const mayPublish = (topic: aws.sns.Topic): Grant => ({
  env: { [variable.datasetTopic]: topic.arn },
  statements: [{ actions: ["sns:Publish"], resources: [topic.arn] }]
})

/** Lambda sends asynchronous events that failed for good to the queue, with the function's role. */
export const mayDeliverDeadLetters = (queue: aws.sqs.Queue): Grant => ({
  env: {},
  statements: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }]
})

/** Lambda polls the queue with the function's role. */
export const mayConsume = ({ queue }: WorkQueue): Grant => ({
  env: {},
  statements: [
    { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [queue.arn] }
  ]
})

/** Set the visibility timeout of a failed message. The variables are the queue's URL and its maxReceiveCount. */
export const mayDefer = (name: string, { queue, maxReceiveCount }: WorkQueue): Grant => ({
  env: { [name]: queue.url, [variable.maxReceives]: `${maxReceiveCount}` },
  statements: [{ actions: ["sqs:ChangeMessageVisibility"], resources: [queue.arn] }]
})

/** Read the secret with the OMDb key. */
export const mayReadSecret = (secret: aws.secretsmanager.Secret): Grant => ({
  env: { [variable.omdbApiKeySecret]: secret.arn },
  statements: [{ actions: ["secretsmanager:GetSecretValue"], resources: [secret.arn] }]
})

/** Put a date's rows, query them by the index, and delete rows that are no longer in the CSV. */
export const mayLoad = (table: aws.dynamodb.Table): Grant => ({
  env: { [variable.moviesTable]: table.name },
  statements: [
    { actions: ["dynamodb:PutItem"], resources: [table.arn] },
    { actions: ["dynamodb:DeleteItem"], resources: [table.arn], onFailurePath: true },
    { actions: ["dynamodb:Query"], resources: [pulumi.interpolate`${table.arn}/index/${byRunDate}`] }
  ]
})

/** Environment variables that need no permission. */
export const environment = (env: Environment): Grant => ({ env, statements: [] })

/** The stack's name, a dimension of all metrics. Metrics are log lines and need no permission. */
export const stackName = (): Grant => environment({ [variable.stack]: pulumi.getStack() })
