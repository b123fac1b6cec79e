import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"
import type { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import type { OmdbDetails } from "../../domain/OmdbDetails.ts"
import type { Roster } from "../../domain/Run.ts"
import { variable } from "../../domain/variables.ts"
import { invalidKey, quota, unknownMovie } from "../../local/omdb/responses.ts"
import { decodeOmdbDetails } from "../../services/omdb/replySchema.ts"
import { decodeStored } from "./RunSnapshot.ts"
import { apiKeys, type SimulatedSystem } from "./SimulatedSystem.ts"

/** What must hold for the pipeline: one sentence for each violation. */
export type Invariant = (system: SimulatedSystem) => ReadonlyArray<string>

export const unless = (holds: boolean, violation: string): ReadonlyArray<string> => (holds ? [] : [violation])

const permanentReasons = new Set(["MovieNotFound", "DifferentMovieReturned", "KeyRejected"])

export const isPermanent = ({ reason }: { readonly reason: string }): boolean => permanentReasons.has(reason)

/** Every version of the objects whose key matches, decoded. */
const versionsOf =
  <A>(key: RegExp, decode: (object: { readonly text: string }) => A) =>
  ({ account, declared }: SimulatedSystem): ReadonlyArray<{ readonly at: number; readonly value: A }> =>
    (account.buckets.get(declared.outputs.moviesBucket)?.puts ?? [])
      .filter((object) => key.test(object.key))
      .map((object) => ({ at: object.at, value: decode(object) }))

const enrichedVersions = versionsOf(/^enriched\//, decodeStored.enriched)
const gapVersions = versionsOf(/^gaps\//, decodeStored.gap)
const manifestVersions = versionsOf(/manifest\.json$/, decodeStored.manifest)
const rosterVersions = versionsOf(/roster\.json$/, decodeStored.roster)

/** In milliseconds: how long an invocation lives, and so how old the reply may be that it stores. */
const maxInvocation = 70_000

/** In milliseconds: the key is read up to ten seconds before a call, and the last of four calls ends 40 seconds later. */
const maxKeyUse = 50_000

/** OMDb gave the gap's reason to a call shortly before, and rejected a key only if the secret held that key then. */
const isReplyOfOmdb = ({ omdb, secretValues }: SimulatedSystem, at: number, { imdbId, reason }: Gap): boolean => {
  const calls = omdb.calls.filter((call) => call.received && call.at <= at && call.at >= at - maxInvocation)
  const wasInSecret = (key: string, when: number) =>
    secretValues.some((value, index) => {
      const until = secretValues[index + 1]?.at ?? Number.POSITIVE_INFINITY
      return value.key === key && value.at <= when && until >= when - maxKeyUse
    })
  switch (reason) {
    case "KeyRejected":
      return calls.some((call) => call.result === invalidKey && wasInSecret(call.key, call.at))
    case "QuotaExhausted":
      return calls.some(({ result }) => result === quota)
    case "MovieNotFound":
      return calls.some((call) => call.imdbId === imdbId && call.result === unknownMovie)
    case "DifferentMovieReturned":
      return calls.some((call) => call.imdbId === imdbId && isAboutOtherMovie(imdbId, call.result))
    default:
      return true
  }
}

const isAboutOtherMovie = (imdbId: string, result: unknown): boolean => {
  const text = JSON.stringify(result)
  return text.includes("imdbID") && !text.includes(imdbId)
}

/** Details that were found to match a reply: a run checks the same objects after each phase. */
const matched = new WeakSet<OmdbDetails>()

export const objectsMatchOmdb: Invariant = (system) => [
  ...enrichedVersions(system).flatMap(({ value: { imdbId, omdb } }) => {
    if (matched.has(omdb)) return []
    const replies = [...(system.omdb.movieReplies.get(imdbId) ?? [])]
    const { imdbVotes } = omdb.raw
    // Every reply has its own number of votes, so at most one needs to be decoded.
    const reply = replies.find((body) => body.includes(`"imdbVotes":"${imdbVotes}"`))
    const matches = reply !== undefined && Equal.equals(Effect.runSync(decodeOmdbDetails(JSON.parse(reply))), omdb)
    if (matches) matched.add(omdb)
    return unless(matches, `the object of ${imdbId} matches no reply of OMDb`)
  }),
  ...gapVersions(system).flatMap(({ at, value }) =>
    unless(isReplyOfOmdb(system, at, value), `OMDb did not give the gap of ${value.imdbId} its reason ${value.reason}`)
  )
]

export const transientFailuresAreRetried: Invariant = (system) => {
  const values = system.declared.functions.map(({ inputs }) => inputs.environment.variables[variable.maxReceives])
  const maxReceives = Number(values.find((value) => value !== undefined))
  return gapVersions(system)
    .filter(({ value }) => !isPermanent(value) && value.attempts < maxReceives)
    .map(({ value: { imdbId, attempts, reason } }) => `${imdbId} is a gap after ${attempts} attempts: ${reason}`)
}

/** In milliseconds. OMDb's quota is per day. */
const minimumRetryTime = 86_400_000

/** Applies to messages whose retries no fault disturbed. */
export const moviesAreRetriedForADay: Invariant = ({ mappings }) =>
  mappings
    .filter(({ stage }) => stage === "EnrichAndStoreMovie")
    .flatMap(({ attempts, queue }) => {
      const maxReceives = queue.settings.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY
      return [...attempts]
        .filter(([, { disturbed, receiveCount }]) => !disturbed && receiveCount >= maxReceives)
        .filter(([, { first, last }]) => last - first < minimumRetryTime)
        .map(
          ([id, { first, last }]) => `the last attempt of ${id} is ${(last - first) / 60_000} minutes after the first`
        )
    })

/** Stages 3 and 4 call AWS only, so without a failed call they succeed. */
export const failuresHaveACause: Invariant = ({ mappings }) =>
  mappings
    .filter(({ stage }) => stage !== "EnrichAndStoreMovie")
    .flatMap(({ stage, unexplainedFailures }) => unexplainedFailures.map((body) => `${stage} failed for ${body}`))

export const manifestsAreWhole: Invariant = (system) => {
  const rosters = rosterVersions(system)
  return manifestVersions(system).flatMap(({ at, value: { runDate, total, enriched, gaps, madeOf } }) => {
    const earlier = rosters.filter((roster) => roster.value.runDate === runDate && roster.at <= at)
    return [
      ...unless(
        enriched + gaps.length === total && madeOf.length === total,
        `the numbers in a manifest of ${runDate} do not add up`
      ),
      ...unless(
        earlier.some(({ value }) => value.total === total),
        `a manifest of ${runDate} has ${total} movies, and no roster has as many`
      )
    ]
  })
}

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
  /^(?:enriched|gaps|runs|csv)\/run_date=([^/]+)\/(?:tt\d{7,8}\.json|roster\.json|manifest\.json|movies\.csv)$/

export const objectsBelongToRuns: Invariant = ({ account, declared, dates }) =>
  (account.buckets.get(declared.outputs.moviesBucket)?.list() ?? []).flatMap(({ key }) => {
    const [, runDate] = storedKey.exec(key) ?? []
    return unless(runDate !== undefined && dates.includes(runDate), `${key} belongs to no run`)
  })

/** For one movie with one key in one message: the first call and three retries. */
const maxCalls = 4
/** In one batch: four movies at a time, each with two keys. */
const maxRefusals = 8

export const callsToOmdbAreLimited: Invariant = ({ omdb, mappings }) => {
  const batchOf = (invocation: string) => mappings.flatMap(({ batches }) => batches.get(invocation) ?? [])
  const byMovie = Map.groupBy(omdb.calls, ({ invocation, imdbId, key }) => [invocation, imdbId, key].join(" "))
  const excessive = [...byMovie.values()].filter((calls) => {
    const { invocation = "", imdbId = "" } = calls[0] ?? {}
    // The batch of a killed function is unknown, and counts as one message.
    const messages = batchOf(invocation).filter((body) => body.includes(imdbId)).length
    return calls.length > maxCalls * Math.max(1, messages)
  })
  const refusals = omdb.calls.filter(({ result, received }) => received && (result === quota || result === invalidKey))
  const byInvocation = Map.groupBy(refusals, ({ invocation }) => invocation)
  return [
    ...excessive.map((calls) => `${calls[0]?.invocation} called OMDb ${calls.length} times for ${calls[0]?.imdbId}`),
    ...[...byInvocation]
      .filter(([, calls]) => calls.length > maxRefusals)
      .map(([invocation, calls]) => `${invocation} called OMDb again after ${calls.length} refusals`)
  ]
}

export const apiKeyIsSecret: Invariant = ({ account, declared, functions }) => {
  const table = account.tables.get(declared.outputs.moviesTable)
  const texts: Readonly<Record<string, ReadonlyArray<string>>> = {
    "an object": [...account.buckets.values()].flatMap(({ puts }) => puts.map(({ text }) => text)),
    "a message": account.queues.flatMap((queue) => [...queue.sent, ...queue.contents()].map(({ body }) => body)),
    "the table": (table?.all() ?? []).map((item) => JSON.stringify(item)),
    "the log": functions.logs,
    "a metric": account.metrics.map((metric) => JSON.stringify(metric))
  }
  return Object.entries(texts).flatMap(([source, each]) =>
    unless(!each.some((text) => apiKeys.some((key) => text.includes(key))), `the API key is in ${source}`)
  )
}
