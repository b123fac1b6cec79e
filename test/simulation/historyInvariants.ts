import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"
import { variable } from "../../domain/variables.ts"
import { invalidKey, quota, unknownMovie } from "../../local/omdb/responses.ts"
import { decodeOmdbDetails } from "../../services/omdb/replySchema.ts"
import { type Invariant, unless } from "./RunSnapshot.ts"
import { apiKeys, type SimulatedSystem } from "./SimulatedSystem.ts"

/** Every object that was ever put under the folder, decoded. */
const putUnder =
  <A>(pattern: RegExp, schema: Schema.ConstraintDecoder<A>) =>
  ({ account, declared }: SimulatedSystem): ReadonlyArray<{ readonly at: number; readonly value: A }> =>
    (account.buckets.get(declared.outputs.moviesBucket)?.puts ?? [])
      .filter(({ key }) => pattern.test(key))
      .map(({ at, text }) => ({ at, value: Schema.decodeUnknownSync(Schema.fromJsonString(schema))(text) }))

const enrichedPut = putUnder(/^enriched\//, EnrichedMovie)
const gapsPut = putUnder(/^gaps\//, Gap)
const manifestsPut = putUnder(/manifest\.json$/, Manifest)
const rostersPut = putUnder(/roster\.json$/, Roster)

/** How old, in milliseconds, what a function has heard or read may be when it writes of it: it lives no longer. */
const hearsay = 70_000

/** From reading a key that others share for ten seconds to the last of the calls with it, of eight seconds each. */
const longestCall = 50_000

/** OMDb really refused: the key that the secret held then, or its quota; or really said this of the movie. */
const wasSaid = ({ omdb, keysHeld }: SimulatedSystem, at: number, { imdbId, reason }: Gap): boolean => {
  const heard = omdb.calls.filter((call) => call.received && call.at <= at && call.at >= at - hearsay)
  const held = (key: string, when: number) =>
    keysHeld.some((each, index) => {
      const until = keysHeld[index + 1]?.at ?? Number.POSITIVE_INFINITY
      return each.key === key && each.at <= when && until >= when - longestCall
    })
  switch (reason) {
    case "KeyRejected":
      return heard.some((call) => call.result === invalidKey && held(call.key, call.at))
    case "QuotaExhausted":
      return heard.some(({ result }) => result === quota)
    case "MovieNotFound":
      return heard.some((call) => call.imdbId === imdbId && call.result === unknownMovie)
    case "DifferentMovieReturned":
      return heard.some(({ imdbId: asked, result }) => asked === imdbId && isAboutAnother(imdbId, result))
    default:
      return true
  }
}

const isAboutAnother = (imdbId: string, answer: unknown): boolean => {
  const text = JSON.stringify(answer)
  return text.includes("imdbID") && !text.includes(imdbId)
}

export const noObjectSaysWhatOmdbDidNot: Invariant = (pipeline) => [
  ...enrichedPut(pipeline).flatMap(({ value: { imdbId, omdb } }) => {
    const said = [...(pipeline.omdb.movieReplies.get(imdbId) ?? [])]
    const isSaid = said.some((body) => Equal.equals(Effect.runSync(decodeOmdbDetails(JSON.parse(body))), omdb))
    return unless(isSaid, `OMDb never said what the object of ${imdbId} says`)
  }),
  ...gapsPut(pipeline).flatMap(({ at, value }) =>
    unless(wasSaid(pipeline, at, value), `OMDb gave no reason for the gap of ${value.imdbId}, ${value.reason}`)
  )
]

const permanent = new Set(["MovieNotFound", "DifferentMovieReturned", "KeyRejected"])

export const isPermanent = ({ reason }: { readonly reason: string }): boolean => permanent.has(reason)

export const whatMayPassIsTriedToTheLast: Invariant = (pipeline) => {
  const variables = pipeline.declared.functions.map(({ inputs }) => inputs.environment.variables[variable.maxReceives])
  const last = Number(variables.find((text) => text !== undefined))
  return gapsPut(pipeline)
    .filter(({ value }) => !isPermanent(value) && value.attempts < last)
    .map(({ value }) => `${value.imdbId} was given up after ${value.attempts} of ${last} attempts: ${value.reason}`)
}

export const noManifestLeavesAMovieOut: Invariant = (pipeline) => {
  const rosters = rostersPut(pipeline)
  return manifestsPut(pipeline).flatMap(({ at, value: { runDate, total, enriched, gaps, madeOf } }) => {
    const known = rosters.filter((roster) => roster.value.runDate === runDate && roster.at <= at)
    return [
      ...unless(
        enriched + gaps.length === total && madeOf.length === total,
        `a manifest of ${runDate} does not add up`
      ),
      ...unless(
        known.some(({ value }) => value.total === total),
        `a manifest of ${runDate} is about ${total} movies, and no roster was`
      )
    ]
  })
}

const List = Schema.fromJsonString(
  Schema.Struct({
    items: Schema.Array(
      Schema.Struct({ id: Schema.String, rank: Schema.NumberFromString, title: Schema.String, year: Schema.String })
    )
  })
)

/** The first of a list that lay in the source bucket, by rank; and each object says of its movie what that list said. */
export const theRosterIsTheBestOfTheList: Invariant = (pipeline) => {
  const { account, declared } = pipeline
  const lists = (account.buckets.get(declared.source.bucket)?.puts ?? [])
    .map(({ text }) => Schema.decodeUnknownSync(List)(text).items)
    .map((items) => items.toSorted((one, other) => one.rank - other.rank))
  const isBest = ({ movies, total }: Roster) =>
    lists.some((list) =>
      Equal.equals(
        movies.map(({ imdbId }) => imdbId),
        list.slice(0, total).map(({ id }) => id)
      )
    )
  const isListed = ({ imdbId, title, year, imdbRating }: EnrichedMovie) =>
    lists.flat().some((row) => row.id === imdbId && row.title === title && row.year === `${year}` && imdbRating === 9.2)
  return [
    ...rostersPut(pipeline).flatMap(({ value }) =>
      unless(isBest(value), `the roster of ${value.runDate} is not the best ${value.total} of a list`)
    ),
    ...enrichedPut(pipeline).flatMap(({ value }) =>
      unless(isListed(value), `the object of ${value.imdbId} says of the list what it does not`)
    )
  ]
}

export const nothingIsStoredElsewhere: Invariant = ({ account, declared, dates }) =>
  (account.buckets.get(declared.outputs.moviesBucket)?.list() ?? []).flatMap(({ key }) => {
    const [, runDate] =
      /^(?:enriched|gaps|runs|csv)\/run_date=([^/]+)\/(?:tt\d{7,8}\.json|roster\.json|manifest\.json|movies\.csv)$/.exec(
        key
      ) ?? []
    return unless(runDate !== undefined && dates.includes(runDate), `${key} belongs to no run`)
  })

/** A call and three repeats. */
const callsAKey = 4
/** In one batch: four movies at a time, each with two keys. */
const refusalsABatch = 8

export const omdbIsAskedNoMoreThanItMust: Invariant = ({ omdb, triggers }) => {
  const batchOf = (invocation: string) => triggers.flatMap(({ batches }) => batches.get(invocation) ?? [])
  const often = Map.groupBy(omdb.calls, ({ invocation, imdbId, key }) => [invocation, imdbId, key].join(" "))
  const tooOften = [...often.values()].filter(([call, ...more]) => {
    const { invocation = "", imdbId = "" } = call ?? {}
    const messages = batchOf(invocation).filter((body) => body.includes(imdbId)).length
    // A batch that is not known was never answered for: its function died.
    return more.length + 1 > callsAKey * Math.max(1, messages)
  })
  const refusals = omdb.calls.filter(({ result, received }) => received && (result === quota || result === invalidKey))
  const insisting = [...Map.groupBy(refusals, ({ invocation }) => invocation)].filter(
    ([, calls]) => calls.length > refusalsABatch
  )
  return [
    ...tooOften.map((calls) => `${calls[0]?.invocation} asked OMDb ${calls.length} times about ${calls[0]?.imdbId}`),
    ...insisting.map(([invocation, calls]) => `${invocation} was refused ${calls.length} times and asked on`)
  ]
}

export const theKeyIsNowhere: Invariant = ({ account, declared, functions }) => {
  const places: Readonly<Record<string, ReadonlyArray<string>>> = {
    "an object": [...account.buckets.values()].flatMap(({ puts }) => puts.map(({ text }) => text)),
    "a message": account.queues.flatMap((queue) => [...queue.sent, ...queue.contents()].map(({ body }) => body)),
    "the table":
      account.tables
        .get(declared.outputs.moviesTable)
        ?.all()
        .map((item) => JSON.stringify(item)) ?? [],
    "the log": functions.logs,
    "a metric": account.metrics.map((recorded) => JSON.stringify(recorded))
  }
  return Object.entries(places).flatMap(([place, texts]) =>
    unless(!texts.some((text) => apiKeys.some((key) => text.includes(key))), `the API key is in ${place}`)
  )
}

/** In milliseconds. OMDb's limit is counted by the day. */
const aDay = 86_400_000

/** Of movies whose messages were not disturbed: neither repeated, nor with a function that died or was refused. */
export const eachMovieIsTriedForADay: Invariant = ({ triggers }) =>
  triggers
    .filter(({ mapping }) => mapping.stage === "EnrichAndStoreMovie")
    .flatMap(({ mapping, tries }) => {
      const most = mapping.queue.settings.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY
      return [...tries]
        .filter(([, { first, last, receives, disturbed }]) => !disturbed && receives >= most && last - first < aDay)
        .map(([id, { first, last }]) => `${id} was received for the last time after ${(last - first) / 60_000} minutes`)
    })

/** Stages 3 and 4 ask nobody but AWS. */
export const nothingFailsWithoutAReason: Invariant = ({ triggers }) =>
  triggers
    .filter(({ mapping }) => mapping.stage !== "EnrichAndStoreMovie")
    .flatMap(({ mapping, groundless }) => groundless.map((body) => `${mapping.stage} failed at ${body} for no reason`))
