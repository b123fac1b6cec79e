import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { onTestFinished } from "vitest"
import type { Cloud } from "../../../local/cloud/startCloud.ts"
import type { FunctionDefinition } from "../../../local/lambda/deploymentPackage.ts"
import type { EventSourceMappingDefinition } from "../../../local/lambda/EventSourceMapping.ts"
import { type Lambda, type LambdaOptions, startLambda } from "../../../local/lambda/Lambda.ts"
import { startTestCloud } from "../cloud/testCloud.ts"

export interface Platform {
  readonly cloud: Cloud
  readonly lambda: Lambda
  /** The functions' log lines so far. */
  readonly lines: ReadonlyArray<string>
}

/** A cloud and a Lambda platform on it, stopped when the test ends. */
export const startPlatform = async (options: LambdaOptions = {}): Promise<Platform> => {
  const cloud = await startTestCloud()
  const lambda = startLambda(cloud, options)
  onTestFinished(() => lambda.stop())
  const lines: Array<string> = []
  lambda.events.on("logLine", ({ line }) => lines.push(line))
  return { cloud, lambda, lines }
}

export const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`
export const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`

/** Deploys a function with this text as its bundle. */
export const deploy = (
  { lambda }: Platform,
  name: string,
  source: string,
  more: Partial<FunctionDefinition> = {}
): void =>
  lambda.createFunction({
    name,
    arn: arnOf(name),
    roleArn: roleOf(name),
    code: new Map([["index.mjs", Buffer.from(source)]]),
    handler: "index.handler",
    timeoutSeconds: 5,
    memoryMb: 128,
    environment: {},
    logGroupName: `/aws/lambda/${name}`,
    ...more
  })

export interface Queue {
  readonly url: string
  readonly arn: string
}

export const createQueue = async ({ cloud }: Platform, name: string, Attributes = {}): Promise<Queue> => {
  await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))
  return {
    url: `${cloud.endpoint}/${cloud.accountId}/${name}`,
    arn: `arn:aws:sqs:${cloud.region}:${cloud.accountId}:${name}`
  }
}

/** A queue with a visibility timeout of an hour; after three receives its messages move to `<name>-dead`. */
export const createQueueWithDeadLetters = async (platform: Platform, name: string) => {
  const dead = await createQueue(platform, `${name}-dead`)
  const queue = await createQueue(platform, name, {
    VisibilityTimeout: "3600",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 3 })
  })
  return { queue, dead }
}

export const createMapping = (
  { lambda }: Platform,
  functionName: string,
  queue: Queue,
  more: Partial<EventSourceMappingDefinition> = {}
): Promise<void> =>
  lambda.createEventSourceMapping({
    uuid: `${functionName}-mapping`,
    functionName,
    queueArn: queue.arn,
    batchSize: 10,
    maximumConcurrency: 5,
    ...more
  })

export const sendMessages = async (
  { cloud }: Platform,
  queue: Queue,
  ...bodies: ReadonlyArray<string>
): Promise<void> => {
  for (const MessageBody of bodies) {
    await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }))
  }
}

/** The bodies of up to ten visible messages. */
export const readBodies = async ({ cloud }: Platform, queue: Queue): Promise<ReadonlyArray<string>> => {
  const { Messages = [] } = await cloud.clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] })
  )
  return Messages.map(({ Body = "" }) => Body)
}
