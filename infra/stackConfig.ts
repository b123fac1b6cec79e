import * as pulumi from "@pulumi/pulumi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const integer = (minimum: number, maximum: number) =>
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum, maximum }))

const matching = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))

/**
 * The keys of the stack's configuration: the schema of the value (a string in the stack file), and the allowed values in
 * words, for the error message.
 */
const settings = {
  top: { schema: integer(1, 250), allowed: "a whole number from 1 to 250" },
  schedule: {
    schema: matching(/^(cron|rate|at)\(.+\)$/),
    allowed: "an EventBridge Scheduler expression such as cron(0 6 * * ? *)"
  },
  timeZone: { schema: matching(/^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/), allowed: "an IANA time zone such as Europe/Berlin" },
  sourceBucket: { schema: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/), allowed: "an S3 bucket name" },
  sourceKey: { schema: matching(/^[^/].{0,1023}$/), allowed: "an S3 key such as Top250Movies.json" },
  sourceRegion: { schema: matching(/^[a-z]{2}(-[a-z]+)+-\d$/), allowed: "an AWS region such as eu-central-1" },
  omdbBaseUrl: { schema: matching(/^https?:\/\/[^\s?#]+$/), allowed: "an http or https URL without a query" },
  logRetentionDays: {
    schema: Schema.FiniteFromString.check(
      Schema.makeFilter((days) => [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731].includes(days))
    ),
    allowed: "a retention of CloudWatch Logs: 1, 3, 5, 7, 14, 30, 60, 90, … 365 or 731 days"
  },
  dataRetentionDays: { schema: integer(1, 36_500), allowed: "a whole number of days from 1 to 36500" },
  protectData: { schema: Schema.fromJsonString(Schema.Boolean), allowed: "true or false" },
  alarmEmail: {
    schema: matching(/^([^\s@]+@[^\s@]+\.[^\s@.]+)?$/),
    allowed: 'an e-mail address, or "" for none'
  },
  monthlyBudgetUsd: {
    schema: Schema.FiniteFromString.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
    allowed: "a number of US dollars from 1 to 1000000"
  },
  repositoryUrl: {
    schema: matching(/^(https:\/\/[^\s?#]*[^\s?#/])?$/),
    allowed: 'the base URL of docs/runbooks/, such as https://github.com/YOU/REPOSITORY/blob/main, or ""'
  }
} as const

type Settings = typeof settings

/** The stack's configuration, decoded. Durations are whole days. */
export type StackConfig = { readonly [K in keyof Settings]: Settings[K]["schema"]["Type"] } & {
  readonly omdbApiKey: pulumi.Output<string>
}

const missing = (key: string, allowed: string, command: string) =>
  new pulumi.RunError(`The stack has no ${key}. Set it to ${allowed}: ${command}`)

const read = <K extends keyof Settings>(config: pulumi.Config, key: K): Settings[K]["schema"]["Type"] => {
  const { schema, allowed } = settings[key]
  const value = config.get(key)
  const command = `pulumi config set ${key} VALUE`
  if (value === undefined) throw missing(`${config.name}:${key}`, allowed, command)
  const decoded = Schema.decodeUnknownResult(schema as Schema.Codec<Settings[K]["schema"]["Type"], string>)(value)
  if (Result.isFailure(decoded)) {
    throw new pulumi.RunError(`${config.name}:${key} is "${value}", but it must be ${allowed}: ${command}`)
  }
  return decoded.success
}

/**
 * Reads and checks the whole configuration before the first resource is declared: an invalid value fails
 * `pulumi preview` with one sentence, and nothing is created.
 */
export const stackConfig = (config: pulumi.Config = new pulumi.Config()): StackConfig => {
  if (config.getSecret("omdbApiKey") === undefined) {
    throw missing(`${config.name}:omdbApiKey`, "your OMDb key", "pulumi config set --secret omdbApiKey VALUE")
  }
  return {
    top: read(config, "top"),
    schedule: read(config, "schedule"),
    timeZone: read(config, "timeZone"),
    sourceBucket: read(config, "sourceBucket"),
    sourceKey: read(config, "sourceKey"),
    sourceRegion: read(config, "sourceRegion"),
    omdbBaseUrl: read(config, "omdbBaseUrl"),
    logRetentionDays: read(config, "logRetentionDays"),
    dataRetentionDays: read(config, "dataRetentionDays"),
    protectData: read(config, "protectData"),
    alarmEmail: read(config, "alarmEmail"),
    monthlyBudgetUsd: read(config, "monthlyBudgetUsd"),
    repositoryUrl: read(config, "repositoryUrl"),
    omdbApiKey: config.requireSecret("omdbApiKey")
  }
}
