import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"
import { deadlineOf } from "../../domain/deadline.ts"
import { latestKey } from "../../domain/keys.ts"
import type { EnrichedMovie } from "../../domain/MovieOutcome.ts"
import type { Roster } from "../../domain/Run.ts"
import { epochMillis } from "../../domain/Values.ts"
import { variable } from "../../domain/variables.ts"
import { decodeStored } from "./RunSnapshot.ts"
import { apiKeys, type SimulatedSystem } from "./SimulatedSystem.ts"

/** What must hold for the pipeline: one sentence for each violation. */
export type Invariant = (system: SimulatedSystem) => ReadonlyArray<string>

export const unless = (holds: boolean, violation: string): ReadonlyArray<string> => (holds ? [] : [violation])

const permanentReasons = new Set(["MovieNotFound", "DifferentMovieReturned"])

export const isPermanent = ({ reason }: { readonly reason: string }): boolean => permanentReasons.has(reason)

/** Every version of every object, in order. */
export const objectVersions = ({ account, declared }: SimulatedSystem) =>
  account.buckets.get(declared.outputs.moviesBucket)?.puts ?? []

/** Every version of the objects whose key matches, decoded. */
const versionsOf =
  <A>(key: RegExp, decode: (object: { readonly text: string }) => A) =>
  (system: SimulatedSystem): ReadonlyArray<{ readonly at: number; readonly value: A }> =>
    objectVersions(system)
      .filter((object) => key.test(object.key))
      .map((object) => ({ at: object.at, value: decode(object) }))

export const enrichedVersions = versionsOf(/^enriched\//, decodeStored.enriched)
export const gapVersions = versionsOf(/^gaps\//, decodeStored.gap)
export const manifestVersions = versionsOf(/^runs\/.*manifest\.json$/, decodeStored.manifest)
export const rosterVersions = versionsOf(/roster\.json$/, decodeStored.roster)

/** Before the last receive, the gap of a transient failure names its next attempt, which is after the run's deadline. */
export const transientFailuresAreRetried: Invariant = (system) => {
  const values = system.declared.functions.map(({ inputs }) => inputs.environment.variables[variable.maxReceives])
  const maxReceives = Number(values.find((value) => value !== undefined))
  const rosters = rosterVersions(system)
  return gapVersions(system).flatMap(({ value: { runDate, imdbId, attempts, reason, nextAttemptAt } }) => {
    const gap = `${imdbId} is a gap after ${attempts} attempts with the next one at ${nextAttemptAt}: ${reason}`
    if (isPermanent({ reason }) || attempts >= maxReceives) return unless(nextAttemptAt === undefined, gap)
    const deadlines = rosters
      .filter(({ value }) => value.runDate === runDate)
      .map(({ value }) => deadlineOf(value.createdAt))
    return unless(nextAttemptAt !== undefined && epochMillis(nextAttemptAt) > Math.min(...deadlines), gap)
  })
}

/** In milliseconds. OMDb's quota is per day. */
const minimumRetryTime = 86_400_000

/** Applies to movie messages whose retries no fault disturbed. */
export const moviesAreRetriedForADay: Invariant = ({ mappings }) =>
  mappings
    .filter(({ stage }) => stage === "EnrichAndStoreMovie")
    .flatMap(({ attempts, queue }) => {
      const maxReceives = queue.settings.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY
      return [...attempts]
        .filter(([, { disturbed, receiveCount }]) => !disturbed && receiveCount >= maxReceives)
        .filter(([, { body, first, last }]) => isDecodable({ body }) && last - first < minimumRetryTime)
        .map(
          ([id, { first, last }]) => `the last attempt of ${id} is ${(last - first) / 60_000} minutes after the first`
        )
    })

/** Whether the message is whole. One that a fault has truncated stays as it is. */
export const isDecodable = ({ body }: { readonly body: string }): boolean => body.endsWith("}")

/**
 * Stages 3 and 4 call AWS only, so without a failed call they succeed. Stage 5 also fails between a CSV and its manifest,
 * when a call of stage 3 failed.
 */
export const failuresHaveACause: Invariant = ({ mappings }) =>
  mappings
    .filter(({ stage }) => stage === "ExportMoviesToCsv" || stage === "LoadCsvToDynamoDb")
    .flatMap(({ stage, unexplainedFailures }) => unexplainedFailures.map((body) => `${stage} failed for ${body}`))

const SourceList = Schema.Struct({
  items: Schema.Array(
    Schema.Struct({ id: Schema.String, rank: Schema.NumberFromString, title: Schema.String, year: Schema.String })
  )
})
const decodeSourceList = Schema.decodeUnknownSync(Schema.fromJsonString(SourceList))

export const rostersMatchSourceList: Invariant = (system) => {
  const { account, declared } = system
  const lists = (account.buckets.get(declared.source.bucket)?.puts ?? []).map(({ text }) =>
    decodeSourceList(text).items.toSorted((one, other) => one.rank - other.rank)
  )
  const isTopOfList = ({ movies, total }: Roster) =>
    lists.some((list) =>
      Equal.equals(
        movies.map(({ imdbId }) => imdbId),
        list.slice(0, total).map(({ id }) => id)
      )
    )
  const isInList = ({ imdbId, title, list: { year, imdbRating } }: EnrichedMovie) =>
    lists.flat().some((row) => row.id === imdbId && row.title === title && row.year === `${year}` && imdbRating === 9.2)
  return [
    ...rosterVersions(system).flatMap(({ value }) =>
      unless(isTopOfList(value), `the roster of ${value.runDate} is not the top ${value.total} of a source list`)
    ),
    ...enrichedVersions(system).flatMap(({ value }) =>
      unless(isInList(value), `the list fields of ${value.imdbId} differ from the source list`)
    )
  ]
}

const storedKey =
  /^(?:enriched|gaps|runs|csv|reports|analytics\/[a-z_]+)\/run_date=([^/]+)\/(?:tt\d{7,8}\.json|roster\.json|manifest\.json|index\.html|notified\.json|[a-z_]+\.csv)$/

export const objectsBelongToRuns: Invariant = ({ account, declared, dates }) =>
  (account.buckets.get(declared.outputs.moviesBucket)?.list() ?? []).flatMap(({ key }) => {
    if (Object.values<string>(latestKey).includes(key)) return []
    const [, runDate] = storedKey.exec(key) ?? []
    return unless(runDate !== undefined && dates.includes(runDate), `${key} belongs to no run`)
  })

export const apiKeyIsSecret: Invariant = ({ account, declared, functions }) => {
  const table = account.tables.get(declared.outputs.moviesTable)
  const texts: Readonly<Record<string, ReadonlyArray<string>>> = {
    "an object": [...account.buckets.values()].flatMap(({ puts }) => puts.map(({ text }) => text)),
    "a message": account.queues.flatMap((queue) => [...queue.sent, ...queue.contents()].map(({ body }) => body)),
    "the table": (table?.all() ?? []).map((item) => JSON.stringify(item)),
    "the log": functions.logs,
    "a notification": account.published.map(({ subject, message }) => `${subject} ${message}`),
    "a metric": account.metrics.map((metric) => JSON.stringify(metric))
  }
  return Object.entries(texts).flatMap(([source, each]) =>
    unless(!each.some((text) => apiKeys.some((key) => text.includes(key))), `the API key is in ${source}`)
  )
}
