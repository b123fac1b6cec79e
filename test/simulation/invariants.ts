import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import { csvRow } from "../../domain/CsvRow.ts"
import { csvKey, enrichedKey } from "../../domain/keys.ts"
import { omdbDetails } from "../../domain/OmdbDetails.ts"
import { invalidKey, quota } from "../../local/omdb/answers.ts"
import type { MovieStatus } from "../../operator/status/MovieStatus.ts"
import type { RunEnd } from "../../operator/status/RunEnd.ts"
import { type Run, runOf } from "./Ledger.ts"
import { canaries, type Pipeline } from "./Pipeline.ts"

/** A promise of the pipeline: says what is wrong where it is broken, a sentence each. */
type Invariant = (pipeline: Pipeline) => ReadonlyArray<string>

const ofEachRun =
  (broken: (run: Run, pipeline: Pipeline) => ReadonlyArray<string>): Invariant =>
  (pipeline) =>
    pipeline.dates.flatMap((date) => broken(runOf(pipeline, date), pipeline).map((what) => `${date}: ${what}`))

const ids = (movies: ReadonlyArray<{ readonly imdbId: string }>) => movies.map(({ imdbId }) => imdbId)

const unless = (holds: boolean, what: string): ReadonlyArray<string> => (holds ? [] : [what])

/** The run's own event is a dead letter: what its stage 1 has left undone is accounted for there. */
const runIsDead = ({ dead }: Run): boolean => dead.daily.length + dead.failedRuns.length > 0

/** Dead letters whose function was hindered at the last: the gap, or the word of it, may not have got on. */
const hindered = ({ dead }: Run, { triggers }: Pipeline): ReadonlyArray<string> =>
  dead.movies.filter((letter) => triggers.some(({ hindered }) => hindered.has(letter)))

/** Nothing that is a dead letter holds the export back, and no roster came after it. */
const isExported = (run: Run, pipeline: Pipeline): boolean =>
  run.roster !== undefined &&
  run.missing.length === 0 &&
  run.dead.exports.length === 0 &&
  hindered(run, pipeline).length === 0 &&
  !runIsDead(run)

const nothingIsLeftOnAQueue: Invariant = ({ account, declared }) =>
  Object.entries(declared.outputs.queues).flatMap(([name, url]) =>
    account
      .queueAt(url)
      .bodies()
      .map((body) => `${body} is left on ${name}`)
  )

const eachMovieIsAccountedFor = ofEachRun((run) => {
  if (run.roster === undefined) return unless(runIsDead(run), "it has no roster, and its event is no dead letter")
  return run.missing
    .filter((imdbId) => !runIsDead(run) && !run.dead.movies.some((letter) => letter.includes(imdbId)))
    .map((imdbId) => `${imdbId} is lost: not enriched, no gap, no dead letter`)
})

const deadMoviesAreGaps = ofEachRun((run, pipeline) => {
  const excused = hindered(run, pipeline)
  return run.missing
    .filter((imdbId) => run.dead.movies.some((letter) => letter.includes(imdbId) && !excused.includes(letter)))
    .map((imdbId) => `${imdbId} is a dead letter without a gap, and holds its day back`)
})

const theManifestSaysHowEachEnded = ofEachRun((run, pipeline) => {
  const { manifest, enriched, gaps, roster } = run
  if (roster === undefined || !isExported(run, pipeline)) return []
  if (manifest === undefined) return ["it was never exported"]
  return [
    ...unless(manifest.total === roster.total, `the manifest counts ${manifest.total} of ${roster.total}`),
    ...unless(manifest.enriched === enriched.length, `it says ${manifest.enriched} of ${enriched.length} are enriched`),
    ...unless(Equal.equals(ids(manifest.gaps), ids(gaps)), `it has the gaps ${ids(manifest.gaps)}, not ${ids(gaps)}`)
  ]
})

const theCsvHasTheEnriched = ofEachRun((run, pipeline) => {
  const { csv, enriched, manifest, rows, runDate } = run
  if (!isExported(run, pipeline) || csv === undefined || manifest === undefined) return []
  const stale = enriched.filter(({ imdbId, etag }) => {
    const key = enrichedKey(runDate, imdbId)
    return !manifest.madeOf.some((made) => made.key === key && made.etag === etag)
  })
  const expected = enriched.map(({ movie, rank }) => csvRow({ ...movie, rank }))
  const sha256 = createHash("sha256").update(csv).digest("hex")
  return [
    ...unless(Equal.equals(ids(rows), ids(enriched)), `the CSV has ${ids(rows)} and not ${ids(enriched)}`),
    ...stale.map(({ imdbId }) => `the CSV was made of another version of ${imdbId} than is stored`),
    ...unless(stale.length > 0 || Equal.equals(rows, expected), "a row is not what its object says"),
    ...unless(manifest.sha256 === sha256, "the manifest is about another CSV")
  ]
})

const theTableIsTheNewestCsv = ofEachRun(({ csv, rows, items, dead }) => {
  if (dead.loads.length > 0) return []
  if (csv === undefined) return unless(items.length === 0, "the table has rows of a run that has no CSV")
  const found = items.map(({ loadedFrom: _, ...row }) => row)
  return unless(Equal.equals(found, rows), `the table has ${ids(found)} and the CSV ${ids(rows)}, or other values`)
})

const noObjectSaysWhatOmdbDidNot = ofEachRun(({ enriched, gaps }, { omdb }) => {
  const lies = enriched.filter(({ movie }) => {
    const said = [...(omdb.said.get(movie.imdbId) ?? [])]
    return !said.some((body) => Equal.equals(Effect.runSync(omdbDetails(JSON.parse(body))), movie.omdb))
  })
  const unsaid = gaps.filter(({ imdbId, reason }) => {
    const calls = omdb.calls.filter((call) => call.imdbId === imdbId)
    if (reason === "KeyRejected") return !omdb.calls.some(({ answer }) => answer === invalidKey)
    if (reason === "QuotaExhausted") return !omdb.calls.some(({ answer }) => answer === quota)
    return (reason === "MovieUnknown" || reason === "AnswerAboutAnother") && calls.length === 0
  })
  return [
    ...lies.map(({ movie }) => `OMDb never said what the object of ${movie.imdbId} says`),
    ...unsaid.map(({ imdbId, reason }) => `OMDb never gave ${imdbId} a reason for ${reason}`)
  ]
})

const nothingIsStoredElsewhere: Invariant = ({ account, declared, dates }) =>
  (account.buckets.get(declared.outputs.moviesBucket)?.list() ?? []).flatMap(({ key }) => {
    const [, runDate] =
      /^(?:enriched|gaps|runs|csv)\/run_date=([^/]+)\/(?:tt\d{7,8}\.json|roster\.json|manifest\.json|movies\.csv)$/.exec(
        key
      ) ?? []
    return unless(runDate !== undefined && dates.includes(runDate), `${key} belongs to no run`)
  })

/** With one key, a call and three repeats; with a second key after it was rejected, as many again. */
const callsAReceive = 8
/** In one batch: four movies at a time, each with two keys. */
const refusalsABatch = 8

const omdbIsAskedNoMoreThanItMust: Invariant = ({ omdb, triggers }) => {
  const handed = triggers.flatMap((trigger) => trigger.handed)
  const tooMany = [...Map.groupBy(omdb.calls, ({ imdbId }) => imdbId)].filter(
    ([imdbId, calls]) => calls.length > callsAReceive * handed.filter((body) => body.includes(imdbId)).length
  )
  const refusals = omdb.calls.filter(({ answer, heard }) => heard && (answer === quota || answer === invalidKey))
  const insisting = [...Map.groupBy(refusals, ({ invocation }) => invocation)].filter(
    ([, calls]) => calls.length > refusalsABatch
  )
  return [
    ...tooMany.map(([imdbId, calls]) => `OMDb was asked ${calls.length} times about ${imdbId}`),
    ...insisting.map(([invocation, calls]) => `${invocation} was refused ${calls.length} times and asked on`)
  ]
}

const theKeyIsNowhere: Invariant = ({ account, declared, functions, triggers }) => {
  const places: Readonly<Record<string, ReadonlyArray<string>>> = {
    "an object": [...account.buckets.values()].flatMap((bucket) => bucket.list().map(({ text }) => text)),
    "a message": [...account.queues.flatMap((queue) => queue.bodies()), ...triggers.flatMap(({ handed }) => handed)],
    "the table":
      account.tables
        .get(declared.outputs.moviesTable)
        ?.all()
        .map((item) => JSON.stringify(item)) ?? [],
    "the log": functions.logs,
    "a metric": functions.metrics.told.map((told) => JSON.stringify(told))
  }
  return Object.entries(places).flatMap(([place, texts]) =>
    unless(!texts.some((text) => canaries.some((key) => text.includes(key))), `the API key is in ${place}`)
  )
}

/** How the run ended by what is there, which is what an operator must be told. */
const endOf = ({ roster, missing, manifest, objects, items, enriched, gaps }: Run): RunEnd["state"] => {
  const isCounted = roster !== undefined && missing.length === 0 && Equal.equals(manifest?.madeOf, objects)
  const isLoaded = Equal.equals(new Set(ids(items)), new Set(ids(enriched)))
  if (!isCounted || !isLoaded) return "unfinished"
  return gaps.length === 0 ? "complete" : "complete with gaps"
}

const statusTellsTheTruth = ofEachRun((run, { status }) => {
  const { movies = [], end } = status.get(run.runDate) ?? {}
  const stateOf = (imdbId: string): MovieStatus["state"] => {
    if (run.enriched.some((movie) => movie.imdbId === imdbId)) return "enriched"
    if (run.gaps.some((gap) => gap.imdbId === imdbId)) return "gap"
    return run.dead.movies.some((letter) => letter.includes(imdbId)) ? "dead letter" : "missing"
  }
  const expected = (run.roster?.movies ?? []).map(({ imdbId }) => `${imdbId} ${stateOf(imdbId)}`)
  const said = movies.map(({ imdbId, state }) => `${imdbId} ${state}`)
  return [
    ...unless(Equal.equals(said.toSorted(), expected.toSorted()), `the status says ${said} of ${expected}`),
    ...unless(end?.state === endOf(run), `the status calls ${end?.state} what is ${endOf(run)}`)
  ]
})

/** Hold whenever nothing is under way. */
export const always: Readonly<Record<string, Invariant>> = {
  "nothing is left on a queue": nothingIsLeftOnAQueue,
  "each movie is accounted for": eachMovieIsAccountedFor,
  "a dead letter's movie is a gap": deadMoviesAreGaps,
  "the manifest says how each ended": theManifestSaysHowEachEnded,
  "the CSV has the enriched": theCsvHasTheEnriched,
  "the table is the newest CSV": theTableIsTheNewestCsv,
  "no object says what OMDb did not": noObjectSaysWhatOmdbDidNot,
  "nothing is stored elsewhere": nothingIsStoredElsewhere,
  "OMDb is asked no more than it must": omdbIsAskedNoMoreThanItMust,
  "the key is nowhere": theKeyIsNowhere,
  "the operator's status tells the truth": statusTellsTheTruth
}

const noDeadLetters: Invariant = ({ account, declared }) =>
  Object.entries(declared.outputs.deadLetterQueues).flatMap(([name, url]) =>
    account
      .queueAt(url)
      .bodies()
      .map((body) => `${body} is dead in ${name}`)
  )

const permanent = new Set(["MovieUnknown", "AnswerAboutAnother", "KeyRejected"])

/** Hold besides, once the causes are gone and everything is redriven. */
export const redriven: Readonly<Record<string, Invariant>> = {
  "no dead letters": noDeadLetters,
  "every run is exported": ofEachRun((run, pipeline) =>
    unless(isExported(run, pipeline) && run.csv !== undefined, `no ${csvKey(run.runDate)}`)
  ),
  "only permanent gaps are left": ofEachRun(({ gaps }) =>
    gaps.filter(({ reason }) => !permanent.has(reason)).map(({ imdbId, reason }) => `${imdbId} is a gap: ${reason}`)
  )
}

/** Hold besides, once every day was run again. */
export const complete: Readonly<Record<string, Invariant>> = {
  "every run is complete": ofEachRun(({ gaps, enriched, roster, items }) => [
    ...gaps.map(({ imdbId, reason }) => `${imdbId} is a gap: ${reason}`),
    ...unless(enriched.length === roster?.total, `${enriched.length} of ${roster?.total} are enriched`),
    ...unless(items.length === roster?.total, `${items.length} of ${roster?.total} are in the table`)
  ])
}
