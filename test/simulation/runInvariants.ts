import { createHash } from "node:crypto"
import * as Equal from "effect/Equal"
import { toCsvRow } from "../../domain/CsvRow.ts"
import type { ImdbId } from "../../domain/ImdbId.ts"
import { csvKey, enrichedKey, gapKey } from "../../domain/keys.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import type { MovieStatus } from "../../operator/status/MovieStatus.ts"
import type { RunEnd } from "../../operator/status/RunEnd.ts"
import { type Invariant, isDecodable, isPermanent, unless } from "./historyInvariants.ts"
import { type DeadLetter, decodeStored, type RunSnapshot } from "./RunSnapshot.ts"
import type { SimulatedSystem } from "./SimulatedSystem.ts"

const forEachRun =
  (violations: (run: RunSnapshot, system: SimulatedSystem) => ReadonlyArray<string>): Invariant =>
  (system) =>
    system.runs.flatMap((run) => violations(run, system).map((detail) => `${run.runDate}: ${detail}`))

const idsOf = (movies: ReadonlyArray<{ readonly imdbId: string }>) => movies.map(({ imdbId }) => imdbId)

/** The run's own event is a dead letter, which excuses what its stage 1 did not do. */
const eventIsDead = ({ deadLetters }: RunSnapshot): boolean =>
  deadLetters.daily.length + deadLetters.failedRuns.length > 0

const isAbout =
  (subject: string) =>
  ({ body }: { readonly body: string }): boolean =>
    body.includes(subject)

/** Dead letters whose last attempt a fault disturbed: its gap or its export message may be missing. */
const excusedDeadLetters = ({ deadLetters }: RunSnapshot, { mappings }: SimulatedSystem): ReadonlyArray<DeadLetter> =>
  deadLetters.movies.filter(({ messageId }) => mappings.some(({ excused }) => excused.has(messageId)))

const isExportRequest = ({ body }: DeadLetter): boolean => body.includes('"type":"export"')

/** No dead letter keeps the run from its export. A movie without an object has nothing to announce. */
const shouldBeExported = (run: RunSnapshot, system: SimulatedSystem): boolean =>
  run.roster !== undefined &&
  run.deadLetters.exports.length === 0 &&
  !run.deadLetters.movies.some(isExportRequest) &&
  excusedDeadLetters(run, system).every((letter) => run.missing.some((imdbId) => isAbout(imdbId)(letter)))

export const queuesAreEmpty =
  (queuesOf: (system: SimulatedSystem) => Readonly<Record<string, string>>): Invariant =>
  (system) =>
    Object.entries(queuesOf(system)).flatMap(([name, url]) =>
      system.account
        .findQueue(url)
        .contents()
        .filter(isDecodable)
        .map(({ body }) => `${name} holds ${body}`)
    )

export const noMovieIsLost = forEachRun((run, { account, declared }) => {
  const { deadLetters, missing, roster, runDate } = run
  if (roster === undefined) return unless(eventIsDead(run), "there is no roster, and its event is no dead letter")
  // Where stage 1 failed, only the movies that it had sent are expected; one of an earlier roster may have its gap.
  const bucket = account.buckets.get(declared.outputs.moviesBucket)
  const sent = account.findQueue(declared.outputs.queues.movies).sent.filter(isAbout(`"runDate":"${runDate}"`))
  const hasGap = (imdbId: ImdbId) => bucket?.get(gapKey(runDate, imdbId)) !== undefined
  return missing
    .filter((imdbId) => !deadLetters.movies.some(isAbout(imdbId)))
    .filter((imdbId) => !eventIsDead(run) || (sent.some(isAbout(imdbId)) && !hasGap(imdbId)))
    .map((imdbId) => `${imdbId} is neither enriched nor a gap nor a dead letter`)
})

export const deadMoviesAreGaps = forEachRun((run, system) => {
  const excused = excusedDeadLetters(run, system)
  // After a dead letter of an earlier roster, the movie is tried again.
  const ofRoster = run.deadLetters.movies.filter(isAbout(`"rosterCreatedAt":"${run.roster?.createdAt}"`))
  return run.missing
    .filter((imdbId) => ofRoster.some((each) => isAbout(imdbId)(each) && isDecodable(each) && !excused.includes(each)))
    .map((imdbId) => `${imdbId} is a dead letter without a gap`)
})

const summaryOf = ({ imdbId, reason, nextAttemptAt }: Pick<Gap, "imdbId" | "reason" | "nextAttemptAt">) =>
  `${imdbId} ${reason} ${nextAttemptAt}`

export const manifestMatchesObjects = forEachRun((run, system) => {
  const { enriched, gaps, manifest, missing, roster } = run
  if (roster === undefined || !shouldBeExported(run, system)) return []
  if (manifest === undefined) return ["there is no manifest"]
  const [listed, stored] = [manifest.gaps.map(summaryOf), gaps.map(summaryOf)]
  return [
    ...unless(manifest.total === roster.total, `the manifest counts ${manifest.total} of ${roster.total} movies`),
    ...unless(
      manifest.enriched === enriched.length,
      `the manifest counts ${manifest.enriched} enriched movies of ${enriched.length}`
    ),
    ...unless(Equal.equals(listed, stored), `the manifest lists the gaps ${listed}, not ${stored}`),
    ...unless(
      Equal.equals(manifest.pending, missing),
      `the manifest lists ${manifest.pending} as pending, not ${missing}`
    )
  ]
})

export const csvMatchesObjects = forEachRun((run, system) => {
  const { csv, enriched, manifest, rows, runDate } = run
  if (!shouldBeExported(run, system) || manifest === undefined) return []
  if (csv === undefined) return ["there is a manifest and no CSV"]
  const stale = enriched.filter(({ imdbId, etag }) => {
    const key = enrichedKey(runDate, imdbId)
    return !manifest.madeOf.some((source) => source.key === key && source.etag === etag)
  })
  const expected = enriched.map(({ movie, rank }) => toCsvRow({ ...movie, rank }))
  const sha256 = createHash("sha256").update(csv).digest("hex")
  return [
    ...unless(Equal.equals(idsOf(rows), idsOf(enriched)), `the CSV has ${idsOf(rows)}, not ${idsOf(enriched)}`),
    ...stale.map(({ imdbId }) => `the CSV was made of an older object of ${imdbId}`),
    ...unless(stale.length > 0 || Equal.equals(rows, expected), "a row of the CSV differs from its object"),
    ...unless(manifest.sha256 === sha256, "the manifest's checksum is not the CSV's")
  ]
})

const tableMatchesRows = ({ items, rows }: RunSnapshot): boolean =>
  Equal.equals(
    items.map(({ loadedFrom: _, ...row }) => row),
    rows
  )

export const tableMatchesCsv = forEachRun((run) => {
  const { csv, deadLetters, items, rows } = run
  if (deadLetters.loads.length > 0) return []
  if (csv === undefined) return unless(items.length === 0, "the table has rows, and there is no CSV")
  return unless(tableMatchesRows(run), `the table has ${idsOf(items)}, the CSV ${idsOf(rows)}, or their values differ`)
})

const expectedState = (run: RunSnapshot): RunEnd["state"] => {
  const { deadLetters, gaps, manifest, missing, objects, roster } = run
  const hasOutcomes = roster !== undefined && missing.length === 0
  const isExported = manifest?.rosterCreatedAt === roster?.createdAt && Equal.equals(manifest?.madeOf, objects)
  if (!hasOutcomes || !isExported || deadLetters.loads.length > 0 || !tableMatchesRows(run)) return "unfinished"
  return gaps.length === 0 ? "complete" : "complete with gaps"
}

export const statusMatchesState = forEachRun((run, { status }) => {
  const { movies = [], end } = status.get(run.runDate) ?? {}
  const stateOf = (imdbId: string): MovieStatus["state"] => {
    if (run.enriched.some((movie) => movie.imdbId === imdbId)) return "enriched"
    if (run.gaps.some((gap) => gap.imdbId === imdbId)) return "gap"
    return run.deadLetters.movies.filter(isDecodable).some(isAbout(imdbId)) ? "dead letter" : "missing"
  }
  const expected = idsOf(run.roster?.movies ?? []).map((imdbId) => `${imdbId} ${stateOf(imdbId)}`)
  const reported = movies.map(({ imdbId, state }) => `${imdbId} ${state}`)
  const state = expectedState(run)
  return [
    ...unless(Equal.equals(reported.toSorted(), expected.toSorted()), `status reports ${reported}, not ${expected}`),
    ...unless(end?.state === state, `status reports ${end?.state}, not ${state}`)
  ]
})

export const everyRunIsExported = forEachRun((run, system) =>
  unless(shouldBeExported(run, system) && run.csv !== undefined, `there is no ${csvKey(run.runDate)}`)
)

/** In milliseconds: two invocations for one movie that begin together end within this time. */
const concurrentWrites = 3_000

/**
 * A message of an earlier roster can come late. It does not bring back the row of an earlier list, unless both messages
 * of the movie were in flight at once.
 */
export const rowsAreOfLatestRoster = forEachRun(({ enriched, roster, runDate }, { account, declared }) => {
  const puts = account.buckets.get(declared.outputs.moviesBucket)?.puts ?? []
  return enriched.flatMap(({ imdbId, movie: { title } }) => {
    const expected = roster?.movies.find((movie) => movie.imdbId === imdbId)?.title
    const versions = puts.filter(({ key }) => key === enrichedKey(runDate, imdbId))
    const latest = versions.at(-1)?.at ?? 0
    const isConcurrent = versions.some(
      (version) => decodeStored.enriched(version).title === expected && version.at > latest - concurrentWrites
    )
    return unless(isConcurrent, `the object of ${imdbId} has the title ${title}, and the roster ${expected}`)
  })
})

export const onlyPermanentGapsRemain = forEachRun(({ gaps }) =>
  gaps.filter((gap) => !isPermanent(gap)).map((gap) => `there is a gap ${summaryOf(gap)}`)
)

export const everyRunIsComplete = forEachRun(({ enriched, gaps, items, roster }, { scenario }) => {
  const total = scenario.top + 1
  return [
    ...unless(roster?.total === total, `the roster has ${roster?.total} movies of ${total}`),
    ...gaps.map((gap) => `there is a gap ${summaryOf(gap)}`),
    ...unless(enriched.length === roster?.total, `${enriched.length} of ${roster?.total} movies are enriched`),
    ...unless(items.length === roster?.total, `the table has ${items.length} of ${roster?.total} movies`)
  ]
})
