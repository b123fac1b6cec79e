import type * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { variable } from "../domain/variables.ts"
import type { WorkQueue } from "./WorkQueue.ts"

/** One statement of a role's policy: exact actions on exact resources. */
export interface Statement {
  readonly actions: ReadonlyArray<string>
  readonly resources: ReadonlyArray<pulumi.Input<string>>
}

/** What a function may do, and the variables that tell it where: given together so neither can be forgotten. */
export interface Grant {
  readonly env: Readonly<Record<string, pulumi.Input<string>>>
  readonly statements: ReadonlyArray<Statement>
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

const objects = (bucket: aws.s3.Bucket, prefixes: ReadonlyArray<string>) =>
  prefixes.map((prefix) => pulumi.interpolate`${bucket.arn}/${prefix}*`)

/** Write objects of the movies bucket under the prefixes. */
export const mayPut = (bucket: aws.s3.Bucket, ...prefixes: ReadonlyArray<string>): Grant => ({
  env: { [variable.moviesBucket]: bucket.bucket },
  statements: [{ actions: ["s3:PutObject"], resources: objects(bucket, prefixes) }]
})

/** Send to a queue, whose address arrives in the variable. */
export const maySend = (name: string, queue: aws.sqs.Queue): Grant => ({
  env: { [name]: queue.url },
  statements: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }]
})

/** Lambda hands the queue each asynchronous event that the function failed for good; the function itself never sends. */
export const mayDeadLetter = (queue: aws.sqs.Queue): Grant => ({
  env: {},
  statements: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }]
})

/** Let Lambda poll the queue for the function; the function sets a failed message's wait and knows its last receive. */
export const mayConsume = (queue: WorkQueue): Grant => ({
  env: { [variable.maxReceives]: `${queue.maxReceiveCount}` },
  statements: [
    {
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      resources: [queue.queue.arn]
    }
  ]
})

/** Read the OMDb key, by the secret's ARN. */
export const mayReadSecret = (secret: aws.secretsmanager.Secret): Grant => ({
  env: { [variable.omdbApiKeySecret]: secret.arn },
  statements: [{ actions: ["secretsmanager:GetSecretValue"], resources: [secret.arn] }]
})

/** A setting that needs no permission. */
export const isTold = (env: Readonly<Record<string, pulumi.Input<string>>>): Grant => ({ env, statements: [] })
