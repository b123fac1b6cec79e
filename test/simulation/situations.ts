import { latestKey } from "../../domain/keys.ts"
import { objectVersions } from "./historyInvariants.ts"
import type { SimulatedSystem } from "./SimulatedSystem.ts"

/** How often a situation occurred in a simulated run. */
type Count = (system: SimulatedSystem) => number

const inHistory =
  (event: RegExp): Count =>
  ({ timeline }) =>
    timeline.history.filter((line) => event.test(line)).length

const inLogs =
  (message: string): Count =>
  ({ functions }) =>
    functions.logs.filter((line) => line.includes(`"${message}"`)).length

/** Writes of an object by a run that is older than the run which wrote it before. */
const olderWrites =
  (key: string): Count =>
  (system) => {
    const dates = objectVersions(system)
      .filter((object) => object.key === key)
      .map(({ text }) => /\b\d{4}-\d\d-\d\d\b/.exec(text)?.[0] ?? "")
    return dates.filter((date, index) => date < (dates[index - 1] ?? "")).length
  }

/** Invocations of a function that begin while another one of it still runs. */
const overlaps =
  (stage: string): Count =>
  ({ timeline }) => {
    const [begin, end] = [` → ${stage}: `, new RegExp(` ${stage}#\\d+ (returned|failed)`)]
    let [running, found] = [0, 0]
    for (const line of timeline.history) {
      if (line.includes(begin) && running++ > 0) found++
      if (end.test(line)) running--
    }
    return found
  }

/** Movies that were a gap in an earlier object than the one of the enriched movie. */
const filledGaps: Count = (system) => {
  const gaps = new Set<string>()
  return objectVersions(system).filter(({ key }) => {
    const [, folder, movie = ""] = /^(gaps|enriched)\/(.*)$/.exec(key) ?? []
    if (folder === "gaps") gaps.add(movie)
    return folder === "enriched" && gaps.delete(movie)
  }).length
}

/**
 * What the simulation exists to reach. A full run that never reaches one of them tests less than it seems to, so it fails.
 */
export const situations: Readonly<Record<string, Count>> = {
  "a function is killed before a call": inHistory(/killed before the call/),
  "a function is killed after a call": inHistory(/killed after the call/),
  "a refused write takes effect later": inHistory(/: takes effect late$/),
  "a write takes effect and its response is lost": inHistory(/takes effect, and the response is lost/),
  "an acknowledgement is lost": inHistory(/an acknowledgement is lost/),
  "a message is delivered twice": inHistory(/is delivered twice/),
  "a message is a dead letter": inHistory(/is a dead letter$/),
  "a run event is retried": inHistory(/event → GetMoviesAndSendToQueue.*\(\d\)$/),
  "a function returns before all of its records are done": inLogs("Records not finished"),
  "an enriched movie is received again": inLogs("Movie already enriched"),
  "a movie is refreshed": inLogs("Movie refreshed"),
  "a movie becomes a provisional gap": inLogs("Provisional gap recorded"),
  "a movie becomes a gap": inLogs("Movie recorded as gap"),
  "a gap is filled": filledGaps,
  "an export has no roster": inLogs("Run has no roster"),
  "an export is not needed": inLogs("Run already exported"),
  "a run is not complete": inLogs("Run not complete"),
  "a run awaits a known movie": inLogs("Awaited movie still pending"),
  "an export cannot read an object": inLogs("Document not readable"),
  "two movies of a run are enriched at once": overlaps("EnrichAndStoreMovie"),
  "two CSVs are loaded at once": overlaps("LoadCsvToDynamoDb"),
  "two reports are written at once": overlaps("PublishReport"),
  "an older run overwrites the CSV in latest/": olderWrites(latestKey.csv)
}

export type SituationCounts = Readonly<Record<string, number>>

export const countSituations = (system: SimulatedSystem): SituationCounts =>
  Object.fromEntries(Object.entries(situations).map(([name, count]) => [name, count(system)]))

export const addCounts = (one: SituationCounts, other: SituationCounts): SituationCounts =>
  Object.fromEntries(Object.keys(situations).map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]))

export const neverReached = (counts: SituationCounts): ReadonlyArray<string> =>
  Object.keys(situations).filter((name) => (counts[name] ?? 0) === 0)
