import * as Duration from "effect/Duration"
import * as Equal from "effect/Equal"
import { timeToDeadline } from "../../domain/deadline.ts"
import { csvKey, manifestKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { epochMillis } from "../../domain/Values.ts"
import { type Invariant, manifestVersions, objectVersions, rosterVersions, unless } from "./historyInvariants.ts"
import { activeRates, failingRank } from "./Scenario.ts"
import { firstFiring, type SimulatedSystem } from "./SimulatedSystem.ts"

/** The movie of an enriched object or a gap. */
const idIn = (key: string): string => key.slice(key.lastIndexOf("/") + 1, -".json".length)

/** Each manifest names every movie of its roster once: as enriched, as a gap, or as pending. */
export const manifestsAreWhole: Invariant = (system) => {
  const rosters = rosterVersions(system)
  return manifestVersions(system).flatMap(({ at, value: manifest }) => {
    const { runDate, total, complete, enriched, gaps, pending, unreadable, madeOf } = manifest
    const roster = rosters.find(
      (each) => each.value.runDate === runDate && each.value.createdAt === manifest.rosterCreatedAt && each.at <= at
    )
    const notEnriched = [...gaps.map(({ imdbId }) => imdbId), ...pending]
    const unread = unreadable.map(({ imdbId }) => imdbId)
    const named = madeOf.map(({ key }) => idIn(key))
    const ids = [...new Set([...named, ...pending])]
    return [
      ...unless(
        enriched + notEnriched.length === total && unread.every((imdbId) => pending.includes(imdbId)),
        `the numbers in a manifest of ${runDate} do not add up`
      ),
      ...unless(complete === (enriched === total), `a manifest of ${runDate} with ${notEnriched} is complete`),
      ...unless(
        Equal.equals(ids.toSorted(), roster?.value.movies.map(({ imdbId }) => imdbId).toSorted()),
        `a manifest of ${runDate} names ${ids}, which is no roster`
      )
    ]
  })
}

const isOfRun = (runDate: string, body: string): boolean => body.includes(`"runDate":"${runDate}"`)

/** In milliseconds after its roster. Stage 1 and its retries take less than a quarter of an hour: together one hour. */
const publicationTime = Duration.toMillis("45 minutes")

/**
 * The attempts to export a run in some time: the forwarding of its export request and its exports. Only a failure of AWS
 * in one of them excuses a run that is not published in time. What OMDb or a message does is no excuse.
 */
const disturbedExports = ({ mappings }: SimulatedSystem, runDate: string, from: number, to: number): number =>
  mappings
    .filter(({ stage }) => stage === "EnrichAndStoreMovie" || stage === "ExportMoviesToCsv")
    .flatMap(({ stage, batches }) => [...batches.values()].map((batch) => ({ stage, ...batch })))
    .filter(({ isDisturbed, receivedAt }) => isDisturbed && receivedAt >= from && receivedAt <= to)
    .filter(({ stage, messages }) =>
      messages.some(
        ({ body }) => isOfRun(runDate, body) && (stage === "ExportMoviesToCsv" || body.includes('"type":"export"'))
      )
    ).length

export const runsArePublishedInTime: Invariant = (system) => {
  const rosters = rosterVersions(system)
  const manifests = manifestVersions(system)
  return rosters.flatMap(({ at, value: { runDate, createdAt } }) => {
    const until = at + publicationTime
    const isReplaced = rosters.some((other) => other.value.runDate === runDate && other.at > at && other.at <= until)
    const isPublished = manifests.some(
      (each) => each.value.runDate === runDate && each.value.rosterCreatedAt === createdAt && each.at <= until
    )
    return unless(
      isReplaced || isPublished || disturbedExports(system, runDate, at, until) > 0,
      `${runDate} has no manifest 45 minutes after its roster of ${createdAt}`
    )
  })
}

/** Where only single movies fail, all others of a run are in the table an hour after its scheduled time. */
export const otherMoviesAreInTime: Invariant = (system) => {
  const { account, declared, scenario, dates } = system
  const { actions, movieFaults, outages, top } = scenario
  const hasRandomFaults = Object.values(activeRates(scenario)).some((rate) => rate > 0)
  if (hasRandomFaults || outages.length > 0 || actions.some(({ at }) => at <= 3600)) return []
  const failing = movieFaults.map((fault) => failingRank(top, fault))
  return dates.flatMap((runDate, index) => {
    const until = firstFiring + index * Duration.toMillis("1 day") + Duration.toMillis("1 hour")
    const roster = rosterVersions(system).findLast(({ at, value }) => value.runDate === runDate && at <= until)
    const items = account.tables.get(declared.outputs.moviesTable)?.itemsOfDay(runDate, until) ?? []
    return (roster?.value.movies ?? [])
      .filter(({ imdbId }) => !failing.includes(Number(imdbId.slice(-3))))
      .filter(({ imdbId }) => !items.some((item) => item.imdbId === imdbId))
      .map(({ imdbId }) => `${imdbId} is not in the table an hour after the start of ${runDate}`)
  })
}

const deadline = Duration.toMillis(timeToDeadline)
const lateWindow = Duration.toMillis("4 minutes")

/**
 * An export is written only if the roster or an object has changed. A roster has at most one export when each of its
 * movies has an object, one for each object that changes between then and the deadline, and one for its export request.
 * Objects after the deadline have one for each four minutes, and a failed export is repeated. A movie message changes at
 * most one object in each receive, so the number is linear in the number of movies, and small for late ones.
 */
export const exportsAreLimited: Invariant = (system) =>
  system.dates.flatMap((date) => {
    const runDate = RunDate.make(date)
    const versions = objectVersions(system).filter(({ key }) => key.includes(runDate))
    const outcomes = versions.filter(({ key }) => /^(enriched|gaps)\//.test(key))
    const rosters = rosterVersions(system).filter(({ value }) => value.runDate === runDate)
    const early = rosters.flatMap(({ at, value: { movies, createdAt } }) => {
      const first = new Map<string, number>()
      for (const object of outcomes.toReversed()) {
        const counts = object.key.startsWith("enriched/") || object.at >= epochMillis(createdAt) - 1000
        if (counts) first.set(idIn(object.key), object.at)
      }
      const settledAt = Math.max(...movies.map(({ imdbId }) => first.get(imdbId) ?? Number.POSITIVE_INFINITY))
      return outcomes.filter((object) => object.at > settledAt && object.at >= at && object.at <= at + deadline)
    })
    const isLate = (at: number) => !rosters.some((roster) => at >= roster.at && at <= roster.at + deadline)
    const late = new Set(outcomes.filter(({ at }) => isLate(at)).map(({ at }) => Math.floor(at / lateWindow)))
    const failed = system.mappings
      .filter(({ stage }) => stage === "ExportMoviesToCsv")
      .flatMap(({ batches }) => [...batches.values()])
      .filter(({ hadNoFaults, messages }) => !hadNoFaults && messages.some(({ body }) => isOfRun(runDate, body)))
    const limit = 2 * rosters.length + early.length + late.size + failed.length
    return [csvKey(runDate), manifestKey(runDate)].flatMap((exported) => {
      const { length } = versions.filter(({ key }) => key === exported)
      return unless(length <= limit, `${exported} was written ${length} times, more than ${limit}`)
    })
  })

/** The metrics of a run count each roster once. A failed export may have written the manifest and no metric. */
export const metricsCountRuns: Invariant = (system) => {
  const { account, mappings } = system
  const count = (name: string) => account.metrics.filter(([each]) => each === name).length
  const manifests = manifestVersions(system).map(({ value }) => value)
  const rostersOf = (versions: typeof manifests) =>
    new Set(versions.map(({ runDate, rosterCreatedAt }) => `${runDate} ${rosterCreatedAt}`)).size
  const hasFailedExport = mappings.some(
    ({ stage, batches }) =>
      stage === "ExportMoviesToCsv" && [...batches.values()].some(({ hadNoFaults }) => !hadNoFaults)
  )
  const published = rostersOf(manifests)
  const completed = rostersOf(manifests.filter(({ complete }) => complete))
  const isCounted = (counted: number, rosters: number) => (hasFailedExport ? counted <= rosters : counted === rosters)
  return [
    ...unless(count("runStarted") <= rosterVersions(system).length, "a roster counts as started more than once"),
    ...unless(
      isCounted(count("runPublished"), published),
      `${count("runPublished")} of ${published} runs are published`
    ),
    ...unless(
      isCounted(count("runCompleted"), completed),
      `${count("runCompleted")} of ${completed} runs are completed`
    )
  ]
}
