import * as logs from "@aws-sdk/client-cloudwatch-logs"
import * as dynamodb from "@aws-sdk/client-dynamodb"
import * as lambda from "@aws-sdk/client-lambda"
import * as s3 from "@aws-sdk/client-s3"
import * as sqs from "@aws-sdk/client-sqs"
import { assert } from "vitest"

export interface AwsSettings {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

type Send = (command: object) => Promise<unknown>
type Values = Readonly<Record<string, string | undefined>>

/** The client and the commands of each service, by its name in the `aws` command. */
const services: Readonly<
  Record<string, { readonly commands: object; readonly client: (settings: AwsSettings) => object }>
> = {
  lambda: { commands: lambda, client: (settings) => new lambda.LambdaClient(settings) },
  sqs: { commands: sqs, client: (settings) => new sqs.SQSClient(settings) },
  dynamodb: { commands: dynamodb, client: (settings) => new dynamodb.DynamoDBClient(settings) },
  s3: { commands: s3, client: (settings) => new s3.S3Client({ ...settings, forcePathStyle: true }) },
  logs: { commands: logs, client: (settings) => new logs.CloudWatchLogsClient(settings) }
}

/** Options of `aws` itself. */
const globalOptions = new Set(["endpoint-url", "output"])
/** Options without a value. */
const flags = new Set(["recursive"])

const parse = (args: ReadonlyArray<string>) => {
  const options: Record<string, string> = {}
  const words: Array<string> = []
  for (let index = 0; index < args.length; index++) {
    const [, name] = /^--([a-z-]+)$/.exec(args[index] ?? "") ?? []
    if (name === undefined) words.push(`${args[index]}`)
    else if (flags.has(name)) options[name] = "true"
    else options[name] = `${args[++index]}`
  }
  const own = Object.entries(options).filter(([name]) => !globalOptions.has(name))
  return { words, options: Object.fromEntries(own) }
}

const locationOf = (uri = "") => {
  const [, Bucket, Key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? []
  assert.isDefined(Bucket, `${uri} is not the URI of an object or a folder`)
  return { Bucket, Key }
}

/** Commands that are no operations of a service. */
const highLevel: Readonly<
  Record<string, (send: Send, words: ReadonlyArray<string>, options: Values) => Promise<unknown>>
> = {
  "s3 ls": (send, [uri]) => {
    const { Bucket, Key } = locationOf(uri)
    return send(new s3.ListObjectsV2Command({ Bucket, Prefix: Key }))
  },
  "s3 cp": (send, [uri, to]) => {
    assert.strictEqual(to, "-", "The test translates only aws s3 cp to standard output")
    return send(new s3.GetObjectCommand(locationOf(uri)))
  },
  "s3 rm": (send, [uri]) => send(new s3.DeleteObjectCommand(locationOf(uri)))
}

const withoutDashes = (name: string) => name.replaceAll("-", "").toLowerCase()

/**
 * The operation's command with these options: fails for an operation, a parameter or a field of `--query` that the SDK's
 * model of the service does not have.
 */
const commandOf = (service: string, operation: string, { query, ...options }: Values): object => {
  const name = Object.keys(services[service]?.commands ?? {}).find(
    (each) => each.toLowerCase() === `${withoutDashes(operation)}command`
  )
  assert.isDefined(name, `aws ${service} has no ${operation}`)
  const Command = Object(services[service]?.commands)[`${name}`]
  // The sixth element of an operation's schema is its output; the fifth of a structure has the names of its members.
  const [, , , , input, output] = new Command({}).schema
  const members: ReadonlyArray<string> = input()[4]
  if (query !== undefined)
    assert.include(output()[4], query.split(/[^A-Za-z]/)[0], `aws ${service} ${operation} --query`)
  const values = Object.entries(options).map(([option, value]) => {
    const member = members.find((each) => each.toLowerCase() === withoutDashes(option))
    assert.isDefined(member, `aws ${service} ${operation} has no --${option}`)
    if (member === "Payload") return [member, Buffer.from(`${value}`)]
    return [member, /^\d+$/.test(`${value}`) ? Number(value) : value]
  })
  return new Command(Object.fromEntries(values))
}

/** Runs the arguments of an `aws` command with the SDK's client. Rejects where the service refuses it. */
export const runAws = async (args: ReadonlyArray<string>, settings: AwsSettings): Promise<unknown> => {
  const { words, options } = parse(args)
  const [service = "", operation = "", ...rest] = words
  const client = Object(services[service]?.client(settings))
  assert.isFunction(client.send, `The test knows no client for aws ${service}`)
  const send: Send = (command) => client.send(command)
  try {
    const translate = highLevel[`${service} ${operation}`]
    return await (translate?.(send, rest, options) ?? send(commandOf(service, operation, options)))
  } finally {
    client.destroy()
  }
}
