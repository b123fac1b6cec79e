/** The pipeline's namespace in CloudWatch. */
export const namespace = "ImdbEtl"

/**
 * The dimensions. Never the run date or the movie: CloudWatch stores and bills each value of a dimension as a metric of
 * its own.
 */
export const dimension = { stack: "stack", reason: "reason" } as const

/** Written by `services/Metrics`, watched by the alarms, shown on the dashboard. */
export const metric = {
  moviesQueued: "MoviesQueued",
  moviesEnriched: "MoviesEnriched",
  /** By reason. */
  movieGaps: "MovieGaps",
  omdbCalls: "OmdbCalls",
  /** In milliseconds, of each call. */
  omdbLatency: "OmdbLatency",
  omdbQuotaHits: "OmdbQuotaHits",
  /** Exports of runs in which every movie is enriched or a gap. */
  runsCompleted: "RunsCompleted",
  /** The gaps that are left in such an export. */
  runGaps: "RunGaps",
  /** From the roster to the manifest. An export after a redrive counts the time it waited for its redrive, too. */
  runDurationMs: "RunDurationMs",
  rowsLoaded: "RowsLoaded"
} as const

/** The metrics of each stage, by what it works on. */
export const stageMetrics = {
  list: [metric.moviesQueued],
  movies: [metric.moviesEnriched, metric.movieGaps, metric.omdbCalls, metric.omdbQuotaHits, metric.omdbLatency],
  runs: [metric.runsCompleted, metric.runGaps, metric.runDurationMs],
  rows: [metric.rowsLoaded]
} as const
