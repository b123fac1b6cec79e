/** A slip that somebody could make in the handlers: one text of a file in place of another. */
export interface Mutant {
  /** What the pipeline does wrong then. */
  readonly fault: string
  readonly file: string
  /** Found once in the file. */
  readonly from: string
  readonly to: string
}

const enrich = "handlers/EnrichAndStoreMovie.ts"
const exportCsv = "handlers/ExportMoviesToCsv.ts"
const getMovies = "handlers/GetMoviesAndSendToQueue.ts"
const loadCsv = "handlers/LoadCsvToDynamoDb.ts"

export const mutants: ReadonlyArray<Mutant> = [
  {
    fault: "acknowledges a failed record",
    file: "handlers/support/partialBatch.ts",
    from: "outcomes.get(record) !== true",
    to: "!outcomes.has(record)"
  },
  {
    fault: "acknowledges before the put",
    file: enrich,
    from: 'yield* S3.use(({ putText }) => putText(object, enriched, "application/json"))',
    to: 'yield* Effect.forkDetach(S3.use(({ putText }) => putText(object, enriched, "application/json")))'
  },
  {
    fault: "takes the date from the clock",
    file: getMovies,
    from: "Effect.succeed(runDateOf(scheduledTime))",
    to: "Effect.map(DateTime.now, runDateOf)"
  },
  {
    fault: "counts the enriched only",
    file: "domain/standing.ts",
    from: 'gap === undefined ? Result.fail(movie) : Result.succeed({ movie, outcome: "gap", ...gap })',
    to: "Result.fail(movie)"
  },
  {
    fault: "tells of no movie after a redrive",
    file: enrich,
    from: 'yield* tellExports({ version: 1, runDate, imdbId: movie.imdbId, outcome: "enriched" }, record, enrichedAt)',
    to: `const gaps = yield* S3.use(({ list }) => list(moviesBucket, gapKey(runDate, movie.imdbId)))
  if (gaps.length === 0) yield* tellExports({ version: 1, runDate, imdbId: movie.imdbId, outcome: "enriched" }, record, enrichedAt)`
  },
  {
    fault: "tells of a movie of a run once in five minutes",
    file: enrich,
    from: "deduplicationId:",
    to: 'deduplicationId: [message.runDate, message.imdbId].join("-"), forgotten:'
  },
  {
    fault: "has the key in an error",
    file: "services/Omdb.ts",
    from: "[inner, cause].find(hasCode)?.code",
    to: "[inner, cause].map(String)[0]"
  },
  {
    fault: "stores what OMDb said of another movie",
    file: "services/OmdbAnswer.ts",
    from: "if (imdbID !== asked) return",
    to: "if (imdbID === undefined) return"
  },
  {
    fault: "asks on after OMDb refused the key or its quota",
    file: enrich,
    from: "Effect.provideServiceEffect(Omdb, Effect.flatMap(Omdb, untilRefused))",
    to: "Effect.provideServiceEffect(Omdb, Omdb)"
  },
  {
    fault: "is content with a part of the messages sent",
    file: getMovies,
    from: "yield* Sqs.use(({ sendAll }) => sendAll(moviesQueue, entries))",
    to: "yield* Effect.ignore(Sqs.use(({ sendAll }) => sendAll(moviesQueue, entries)))"
  },
  {
    fault: "prefers a gap to an enriched movie",
    file: "domain/standing.ts",
    from: "if (enriched !== undefined) return",
    to: "if (enriched !== undefined && objects.get(gapKey(runDate, movie.imdbId)) === undefined) return"
  },
  {
    fault: "takes a run for exported by its movies alone",
    file: exportCsv,
    from: "accounted.map(({ key, etag }) => ({ key, etag }))",
    to: "accounted.map(({ key }) => ({ key, etag: madeOf.find((made) => made.key === key)?.etag }))"
  },
  {
    fault: "writes the manifest without waiting for the CSV",
    file: exportCsv,
    from: 'yield* putText({ bucket, key: csvKey(runDate) }, csv, "text/csv; charset=utf-8")',
    to: 'yield* Effect.forkDetach(putText({ bucket, key: csvKey(runDate) }, csv, "text/csv; charset=utf-8"))'
  },
  {
    fault: "leaves rows in the table that left the run",
    file: loadCsv,
    from: "for (const { imdbId } of rows) others.delete(imdbId)",
    to: "others.clear()"
  },
  {
    fault: "leaves no gap on the last receive",
    file: enrich,
    from: "      isLast\n",
    to: "      maxReceives < 0\n"
  },
  {
    fault: "gives a movie up for an error that may pass",
    file: "services/OmdbAnswer.ts",
    from: "return new OmdbUnavailable({ detail })",
    to: "return new MovieNotFound({ imdbId: asked, detail })"
  },
  {
    fault: "repeats a call to OMDb seven times",
    file: "services/Omdb.ts",
    from: "Schedule.upTo({ times: 3 })",
    to: "Schedule.upTo({ times: 7 })"
  },
  {
    fault: "leaves a gap on every receive",
    file: enrich,
    from: "ApproximateReceiveCount >= maxReceives",
    to: "ApproximateReceiveCount >= 1"
  },
  {
    fault: "exports a run that a movie is missing of",
    file: exportCsv,
    from: "if (missing.length > 0) {",
    to: "if (missing.length > 1) {"
  },
  {
    fault: "asks for waits that SQS refuses",
    file: enrich,
    from: "Duration.toSeconds(wait)",
    to: "Duration.toMillis(wait)"
  },
  {
    fault: "tells on what OMDb quotes of the key",
    file: "services/Omdb.ts",
    from: "without(Redacted.value(apikey))",
    to: "(said: string) => said"
  }
]
