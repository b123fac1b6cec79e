import { csvKey } from "../../domain/keys.ts"
import {
  eachMovieIsTriedForADay,
  isPermanent,
  noManifestLeavesAMovieOut,
  noObjectSaysWhatOmdbDidNot,
  nothingFailsWithoutAReason,
  nothingIsStoredElsewhere,
  omdbIsAskedNoMoreThanItMust,
  theKeyIsNowhere,
  theRosterIsTheBestOfTheList,
  whatMayPassIsTriedToTheLast
} from "./historyInvariants.ts"
import { forEachRun, type Invariant, unless } from "./RunSnapshot.ts"
import {
  deadMoviesAreGaps,
  eachMovieIsAccountedFor,
  isExported,
  noDeadLetters,
  nothingIsLeftOnAQueue,
  statusTellsTheTruth,
  theCsvHasTheEnriched,
  theManifestSaysHowEachEnded,
  theTableIsTheNewestCsv
} from "./runInvariants.ts"

type Promises = Readonly<Record<string, Invariant>>

/** Hold of all that was ever written, sent or logged. */
export const historyInvariants: Promises = {
  "no object says what OMDb did not": noObjectSaysWhatOmdbDidNot,
  "the roster is the best of the list": theRosterIsTheBestOfTheList,
  "what may pass is tried to the last": whatMayPassIsTriedToTheLast,
  "each movie is tried for a day": eachMovieIsTriedForADay,
  "nothing fails without a reason": nothingFailsWithoutAReason,
  "no manifest leaves a movie out": noManifestLeavesAMovieOut,
  "nothing is stored elsewhere": nothingIsStoredElsewhere,
  "OMDb is asked no more than it must": omdbIsAskedNoMoreThanItMust,
  "the key is nowhere": theKeyIsNowhere
}

/** Hold whenever nothing is under way. */
export const idleInvariants: Promises = {
  "nothing is left on a queue": nothingIsLeftOnAQueue,
  "each movie is accounted for": eachMovieIsAccountedFor,
  "a dead letter's movie is a gap": deadMoviesAreGaps,
  "the manifest says how each ended": theManifestSaysHowEachEnded,
  "the CSV has the enriched": theCsvHasTheEnriched,
  "the table is the newest CSV": theTableIsTheNewestCsv,
  "the operator's status tells the truth": statusTellsTheTruth
}

/** Hold besides, once the causes are gone and everything is redriven. */
export const redriveInvariants: Promises = {
  "no dead letters": noDeadLetters,
  "every run is exported": forEachRun((run, pipeline) =>
    unless(isExported(run, pipeline) && run.csv !== undefined, `no ${csvKey(run.runDate)}`)
  ),
  "only permanent gaps are left": forEachRun(({ gaps }) =>
    gaps.filter((gap) => !isPermanent(gap)).map(({ imdbId, reason }) => `${imdbId} is a gap: ${reason}`)
  )
}

/** Hold besides, once every day was run again. */
export const rerunInvariants: Promises = {
  "every run is complete": forEachRun(({ gaps, enriched, roster, items }, { scenario }) => [
    ...unless(roster?.total === scenario.top + 1, `${scenario.top + 1} movies were asked for, not ${roster?.total}`),
    ...gaps.map(({ imdbId, reason }) => `${imdbId} is a gap: ${reason}`),
    ...unless(enriched.length === roster?.total, `${enriched.length} of ${roster?.total} are enriched`),
    ...unless(items.length === roster?.total, `${items.length} of ${roster?.total} are in the table`)
  ])
}
