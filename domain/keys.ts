import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ImdbId } from "./ImdbId.ts"
import { RunDate } from "./RunDate.ts"

/**
 * The top folders of the movies bucket whose objects expire. Athena, DuckDB and Spark read `run_date=…` below each as a
 * partition.
 */
export const prefix = {
  enriched: "enriched/",
  gaps: "gaps/",
  runs: "runs/",
  csv: "csv/",
  reports: "reports/",
  analytics: "analytics/"
} as const

/** The newest run that has a row; it never expires. */
export const latestPrefix = "latest/"

/** The results of queries in Athena; they expire within days. */
export const athenaResultsPrefix = "athena-results/"

/** The aggregate CSVs of a run: the names of their folders and files. */
export const analyticsNames = ["genres", "countries", "decades", "directors", "box_office", "ratings"] as const
export type AnalyticsName = (typeof analyticsNames)[number]

const partition = (folder: string, runDate: string) => `${folder}run_date=${runDate}/`

export const enrichedPrefix = (runDate: RunDate) => partition(prefix.enriched, runDate)
export const gapsPrefix = (runDate: RunDate) => partition(prefix.gaps, runDate)

export const rosterKey = (runDate: RunDate) => `${partition(prefix.runs, runDate)}roster.json`
export const enrichedKey = (runDate: RunDate, imdbId: ImdbId) => `${enrichedPrefix(runDate)}${imdbId}.json`
export const gapKey = (runDate: RunDate, imdbId: ImdbId) => `${gapsPrefix(runDate)}${imdbId}.json`
export const csvKey = (runDate: RunDate) => `${partition(prefix.csv, runDate)}movies.csv`
export const manifestKey = (runDate: RunDate) => `${partition(prefix.runs, runDate)}manifest.json`
export const reportKey = (runDate: RunDate) => `${partition(prefix.reports, runDate)}index.html`
export const notifiedKey = (runDate: RunDate) => `${partition(prefix.reports, runDate)}notified.json`

export const analyticsFolder = (name: AnalyticsName) => `${prefix.analytics}${name}/`
export const analyticsKey = (name: AnalyticsName, runDate: RunDate) =>
  `${partition(analyticsFolder(name), runDate)}${name}.csv`

/** Every folder of a run's objects. */
export const runFolders = (runDate: RunDate): ReadonlyArray<string> => [
  ...Object.values(prefix)
    .filter((folder) => folder !== prefix.analytics)
    .map((folder) => partition(folder, runDate)),
  ...analyticsNames.map((name) => partition(analyticsFolder(name), runDate))
]

/** The copies of the newest run. The manifest is written last. */
export const latestKey = {
  csv: `${latestPrefix}movies.csv`,
  report: `${latestPrefix}index.html`,
  manifest: `${latestPrefix}manifest.json`
} as const

const runDateIn = (key: string): Option.Option<RunDate> =>
  Schema.decodeUnknownOption(RunDate)(/run_date=([^/]*)/.exec(key)?.[1])

/** The run whose CSV has this key. Decode the key of an S3 event first: it is URL-encoded (`run_date%3D…`). */
export const runDateOfCsvKey = (key: string): Option.Option<RunDate> =>
  runDateIn(key).pipe(Option.filter((runDate) => csvKey(runDate) === key))

/** The run whose manifest has this key, decoded. */
export const runDateOfManifestKey = (key: string): Option.Option<RunDate> =>
  runDateIn(key).pipe(Option.filter((runDate) => manifestKey(runDate) === key))

/** The run whose roster has this key. */
export const runDateOfRosterKey = (key: string): Option.Option<RunDate> =>
  runDateIn(key).pipe(Option.filter((runDate) => rosterKey(runDate) === key))

// `?` is one character, `*` any number, and both can be `/`: IAM has no pattern for a digit or for one part of a path.
const anyDate = "????-??-??"
const anyMovie = "tt*.json"

/** The keys of each document, as narrow as the resource of a permission can express them. */
export const keyPattern = {
  roster: `${partition(prefix.runs, anyDate)}roster.json`,
  manifest: `${partition(prefix.runs, anyDate)}manifest.json`,
  csv: `${partition(prefix.csv, anyDate)}movies.csv`,
  enriched: `${partition(prefix.enriched, anyDate)}${anyMovie}`,
  gaps: `${partition(prefix.gaps, anyDate)}${anyMovie}`,
  report: `${partition(prefix.reports, anyDate)}index.html`,
  notified: `${partition(prefix.reports, anyDate)}notified.json`,
  analytics: analyticsNames.map((name) => `${partition(analyticsFolder(name), anyDate)}${name}.csv`)
} as const
