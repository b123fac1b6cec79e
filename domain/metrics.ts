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
  /** Final gaps, by reason. */
  movieGaps: "MovieGaps",
  omdbCalls: "OmdbCalls",
  /** In milliseconds, of each call. */
  omdbLatency: "OmdbLatency",
  omdbQuotaHits: "OmdbQuotaHits",
  omdbKeyRejections: "OmdbKeyRejections",
  /** Final gaps, of all reasons. */
  finalGaps: "FinalGaps",
  /** Rosters whose movies stage 1 has queued. */
  runsStarted: "RunsStarted",
  /** First manifests of a roster. */
  runsPublished: "RunsPublished",
  /** The enriched movies of a roster's first manifest, in percent of its movies. */
  publishedPercent: "PublishedPercent",
  /** From the roster to its first manifest. */
  publicationDelayMs: "PublicationDelayMs",
  /** First manifests of a roster in which every movie is enriched. */
  runsCompleted: "RunsCompleted",
  rowsLoaded: "RowsLoaded"
} as const

/** The metrics of each stage, by what it works on. */
export const stageMetrics = {
  list: [metric.runsStarted, metric.moviesQueued],
  movies: [
    metric.moviesEnriched,
    metric.movieGaps,
    metric.finalGaps,
    metric.omdbCalls,
    metric.omdbQuotaHits,
    metric.omdbKeyRejections,
    metric.omdbLatency
  ],
  runs: [metric.runsPublished, metric.runsCompleted, metric.publishedPercent, metric.publicationDelayMs],
  rows: [metric.rowsLoaded]
} as const
