import * as pulumi from "@pulumi/pulumi"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { parseOmdbApiKey } from "../domain/OmdbApiKey.ts"
import { type ScheduledRuns, scheduledRuns } from "./scheduledRuns.ts"
import { settings } from "./settings.ts"

type Settings = typeof settings

/** The stack's configuration, decoded. Durations are whole days. */
export type StackConfig = { readonly [K in keyof Settings]: Settings[K]["schema"]["Type"] } & {
  readonly omdbApiKey: pulumi.Output<string>
  readonly runs: ScheduledRuns
}

const read = <K extends keyof Settings>(config: pulumi.Config, key: K): Settings[K]["schema"]["Type"] => {
  const { schema, allowed } = settings[key]
  const value = config.get(key)
  if (value === undefined) throw refused(config, key, `is missing; it must be ${allowed}`)
  const decoded = Schema.decodeUnknownResult(schema as Schema.Codec<Settings[K]["schema"]["Type"], string>)(value)
  if (Result.isFailure(decoded)) throw refused(config, key, `is ${JSON.stringify(value)}, but it must be ${allowed}`)
  return decoded.success
}

const refused = ({ name }: pulumi.Config, key: keyof Settings, problem: string) =>
  new pulumi.RunError(`${name}:${key} ${problem}. Set it with: pulumi config set ${key} ${settings[key].example}`)

const readRuns = (config: pulumi.Config): ScheduledRuns => {
  const schedule = read(config, "schedule")
  const zone = DateTime.zoneMakeNamedUnsafe(read(config, "timeZone"))
  const runs = scheduledRuns(schedule, zone, DateTime.nowUnsafe())
  if (Result.isFailure(runs)) throw refused(config, "schedule", `is ${JSON.stringify(schedule)}, but ${runs.failure}`)
  const { warning } = runs.success
  if (warning !== undefined) void pulumi.log.warn(`${config.name}:schedule is "${schedule}": ${warning}.`)
  return runs.success
}

const readPaused = (config: pulumi.Config): boolean => {
  const paused = read(config, "schedulePaused")
  const resume = `npm run etl -- resume --stack ${pulumi.getStack()}`
  if (paused) void pulumi.log.warn(`${config.name}:schedulePaused is true: no run starts until ${resume}`)
  return paused
}

/** Each call has the key in its URL, which http sends unencrypted. */
const readOmdbBaseUrl = (config: pulumi.Config): string => {
  const url = read(config, "omdbBaseUrl")
  const { protocol, hostname } = new URL(url)
  const isLoopback = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
  if (protocol === "https:" || isLoopback || read(config, "allowPlainHttp")) return url
  const problem = "but must begin with https:// unless allowPlainHttp is true: http sends the OMDb key unencrypted"
  throw refused(config, "omdbBaseUrl", `is ${JSON.stringify(url)}, ${problem}`)
}

const readApiKey = (config: pulumi.Config): pulumi.Output<string> => {
  const value = config.get("omdbApiKey")
  const key = value === undefined ? Result.fail("is missing") : parseOmdbApiKey(value)
  if (Result.isSuccess(key)) return config.requireSecret("omdbApiKey")
  throw new pulumi.RunError(
    `${config.name}:omdbApiKey ${key.failure}; it must be the OMDb key alone. Set it with: pulumi config set --secret omdbApiKey`
  )
}

/**
 * Reads and checks the whole configuration before the first resource is declared: an invalid value fails
 * `pulumi preview` with one sentence, and nothing is created. The CLI has checked the types that Pulumi.yaml declares.
 */
export const stackConfig = (config: pulumi.Config = new pulumi.Config()): StackConfig => ({
  top: read(config, "top"),
  schedule: read(config, "schedule"),
  timeZone: read(config, "timeZone"),
  runs: readRuns(config),
  schedulePaused: readPaused(config),
  sourceBucket: read(config, "sourceBucket"),
  sourceKey: read(config, "sourceKey"),
  sourceRegion: read(config, "sourceRegion"),
  omdbBaseUrl: readOmdbBaseUrl(config),
  allowPlainHttp: read(config, "allowPlainHttp"),
  logRetentionDays: read(config, "logRetentionDays"),
  dataRetentionDays: read(config, "dataRetentionDays"),
  protectData: read(config, "protectData"),
  alarmEmail: read(config, "alarmEmail"),
  datasetEmail: read(config, "datasetEmail"),
  monthlyBudgetUsd: read(config, "monthlyBudgetUsd"),
  repositoryUrl: read(config, "repositoryUrl"),
  omdbApiKey: readApiKey(config)
})
