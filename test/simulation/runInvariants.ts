import { createHash } from "node:crypto"
import * as Equal from "effect/Equal"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { enrichedKey } from "../../domain/keys.ts"
import type { MovieStatus } from "../../operator/status/MovieStatus.ts"
import type { RunEnd } from "../../operator/status/RunEnd.ts"
import type { DeadLetter, RunSnapshot } from "./RunSnapshot.ts"
import { forEachRun, type Invariant, ids, unless } from "./RunSnapshot.ts"
import type { SimulatedSystem } from "./SimulatedSystem.ts"

/** The run's own event is a dead letter: what its stage 1 has left undone is accounted for there. */
const runIsDead = ({ deadLetters: dead }: RunSnapshot): boolean => dead.daily.length + dead.failedRuns.length > 0

const isAbout =
  (imdbId: string) =>
  ({ body }: { readonly body: string }): boolean =>
    body.includes(imdbId)

/** Dead letters whose function was hindered at the last: the gap, or the word of it, may not have got on. */
const hindered = ({ deadLetters: dead }: RunSnapshot, { triggers }: SimulatedSystem): ReadonlyArray<DeadLetter> =>
  dead.movies.filter(({ messageId }) => triggers.some(({ hindered }) => hindered.has(messageId)))

/** Nothing that is a dead letter holds the export back, and no roster came after it. */
export const isExported = (run: RunSnapshot, pipeline: SimulatedSystem): boolean =>
  run.roster !== undefined &&
  run.missing.length === 0 &&
  run.deadLetters.exports.length === 0 &&
  hindered(run, pipeline).length === 0 &&
  !runIsDead(run)

export const nothingIsLeftOnAQueue: Invariant = ({ account, declared }) =>
  Object.entries(declared.outputs.queues).flatMap(([name, url]) =>
    account
      .findQueue(url)
      .contents()
      .map(({ body }) => `${body} is left on ${name}`)
  )

/** Where stage 1 failed, what it had queued by then is accounted for all the same. */
export const eachMovieIsAccountedFor = forEachRun((run, { account, declared }) => {
  if (run.roster === undefined) return unless(runIsDead(run), "it has no roster, and its event is no dead letter")
  const queued = account.findQueue(declared.outputs.queues.movies).sent.filter(({ body }) => body.includes(run.runDate))
  return run.missing
    .filter((imdbId) => !run.deadLetters.movies.some(isAbout(imdbId)))
    .filter((imdbId) => !runIsDead(run) || queued.some(({ body }) => body.includes(imdbId)))
    .map((imdbId) => `${imdbId} is lost: not enriched, no gap, no dead letter`)
})

export const deadMoviesAreGaps = forEachRun((run, pipeline) => {
  const excused = hindered(run, pipeline)
  return run.missing
    .filter((imdbId) => run.deadLetters.movies.some((letter) => isAbout(imdbId)(letter) && !excused.includes(letter)))
    .map((imdbId) => `${imdbId} is a dead letter without a gap, and holds its day back`)
})

const inShort = ({ imdbId, reason }: { readonly imdbId: string; readonly reason: string }) => `${imdbId} ${reason}`

export const theManifestSaysHowEachEnded = forEachRun((run, pipeline) => {
  const { manifest, enriched, gaps, roster } = run
  if (roster === undefined || !isExported(run, pipeline)) return []
  if (manifest === undefined) return ["it was never exported"]
  return [
    ...unless(manifest.total === roster.total, `the manifest counts ${manifest.total} of ${roster.total}`),
    ...unless(manifest.enriched === enriched.length, `it says ${manifest.enriched} of ${enriched.length} are enriched`),
    ...unless(
      Equal.equals(manifest.gaps.map(inShort), gaps.map(inShort)),
      `it has the gaps ${manifest.gaps.map(inShort)}, not ${gaps.map(inShort)}`
    )
  ]
})

export const theCsvHasTheEnriched = forEachRun((run, pipeline) => {
  const { csv, enriched, manifest, rows, runDate } = run
  if (!isExported(run, pipeline) || manifest === undefined) return []
  if (csv === undefined) return ["it has a manifest and no CSV"]
  const stale = enriched.filter(({ imdbId, etag }) => {
    const key = enrichedKey(runDate, imdbId)
    return !manifest.madeOf.some((made) => made.key === key && made.etag === etag)
  })
  const expected = enriched.map(({ movie, rank }) => toCsvRow({ ...movie, rank }))
  const sha256 = createHash("sha256").update(csv).digest("hex")
  return [
    ...unless(Equal.equals(ids(rows), ids(enriched)), `the CSV has ${ids(rows)} and not ${ids(enriched)}`),
    ...stale.map(({ imdbId }) => `the CSV was made of another version of ${imdbId} than is stored`),
    ...unless(stale.length > 0 || Equal.equals(rows, expected), "a row is not what its object says"),
    ...unless(manifest.sha256 === sha256, "the manifest is about another CSV")
  ]
})

const tableIsTheCsv = ({ items, rows }: RunSnapshot): boolean =>
  Equal.equals(
    items.map(({ loadedFrom: _, ...row }) => row),
    rows
  )

export const theTableIsTheNewestCsv = forEachRun((run) => {
  const { csv, rows, items, deadLetters: dead } = run
  if (dead.loads.length > 0) return []
  if (csv === undefined) return unless(items.length === 0, "the table has rows of a run that has no CSV")
  return unless(tableIsTheCsv(run), `the table has ${ids(items)} and the CSV ${ids(rows)}, or other values`)
})

/** How the run ended by what is there, which is what an operator must be told. */
const endOf = (run: RunSnapshot): RunEnd["state"] => {
  const { roster, missing, manifest, objects, deadLetters: dead, gaps } = run
  const isCounted = roster !== undefined && missing.length === 0 && Equal.equals(manifest?.madeOf, objects)
  if (!isCounted || dead.loads.length > 0 || !tableIsTheCsv(run)) return "unfinished"
  return gaps.length === 0 ? "complete" : "complete with gaps"
}

export const statusTellsTheTruth = forEachRun((run, { status }) => {
  const { movies = [], end } = status.get(run.runDate) ?? {}
  const stateOf = (imdbId: string): MovieStatus["state"] => {
    if (run.enriched.some((movie) => movie.imdbId === imdbId)) return "enriched"
    if (run.gaps.some((gap) => gap.imdbId === imdbId)) return "gap"
    return run.deadLetters.movies.some(isAbout(imdbId)) ? "dead letter" : "missing"
  }
  const expected = (run.roster?.movies ?? []).map(({ imdbId }) => `${imdbId} ${stateOf(imdbId)}`)
  const said = movies.map(({ imdbId, state }) => `${imdbId} ${state}`)
  return [
    ...unless(Equal.equals(said.toSorted(), expected.toSorted()), `the status says ${said} of ${expected}`),
    ...unless(end?.state === endOf(run), `the status calls ${end?.state} what is ${endOf(run)}`)
  ]
})

export const noDeadLetters: Invariant = ({ account, declared }) =>
  Object.entries(declared.outputs.deadLetterQueues).flatMap(([name, url]) =>
    account
      .findQueue(url)
      .contents()
      .map(({ body }) => `${body} is dead in ${name}`)
  )
