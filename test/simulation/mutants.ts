import { noFaults, type Scenario } from "./Scenario.ts"

/** A defect that the simulation must detect: one text in a source file is replaced by another. */
export interface Mutant {
  /** What the pipeline does wrong. */
  readonly fault: string
  readonly file: string
  /** Occurs once in the file. */
  readonly from: string
  readonly to: string
  /** What the defect violates. */
  readonly invariant: string
  /** A seed that detects it. The search begins here. */
  readonly seed: number
  /** For a defect that random scenarios seldom detect: the scenario to run with each seed. */
  readonly scenario?: Omit<Scenario, "seed">
}

export const scenarioWithoutFaults: Omit<Scenario, "seed"> = {
  days: 1,
  top: 3,
  faultLevel: "full",
  faultRates: noFaults,
  outages: [],
  movieFaults: [],
  actions: []
}

const mutantsByFile: Readonly<Record<string, ReadonlyArray<Omit<Mutant, "file">>>> = {
  "handlers/GetMoviesAndSendToQueue.ts": [
    {
      fault: "takes the run date from the clock",
      from: "runDateOf(scheduledTime, yield* scheduleTimeZone)",
      to: "runDateOf(yield* DateTime.now, yield* scheduleTimeZone)",
      invariant: "every object belongs to a run",
      seed: 4
    },
    {
      fault: "ignores messages that were not sent",
      from: "yield* sendAll(moviesQueue, messages)",
      to: "yield* Effect.ignore(sendAll(moviesQueue, messages))",
      invariant: "no movie is lost",
      seed: 8
    },
    {
      fault: "sends no export request",
      from: "yield* sendAll(moviesQueue, [{ body: request, delaySeconds: Duration.toSeconds(timeToDeadline) }])",
      to: "",
      invariant: "a run is published within 45 minutes of its roster",
      seed: 8
    }
  ],
  "handlers/lambda/partialBatch.ts": [
    {
      fault: "acknowledges a failed record",
      from: "results.get(record) !== true",
      to: "!results.has(record)",
      invariant: "no movie is lost",
      seed: 10
    }
  ],
  "handlers/lambda/perRecord.ts": [
    {
      fault: "fails the batch of a message that cannot be decoded",
      from: "runRecord(record, Effect.fail(invalid))",
      to: "Effect.die(invalid)",
      invariant: "the other movies are in the table within an hour",
      seed: 13,
      scenario: {
        ...scenarioWithoutFaults,
        top: 5,
        movieFaults: [{ rank: 1, fault: "its message cannot be decoded" }]
      }
    }
  ],
  "handlers/EnrichAndStoreMovie.ts": [
    {
      fault: "acknowledges a movie before it is stored",
      from: `writeEnriched(movie))
  return movie`,
      to: `Effect.forkDetach(writeEnriched(movie)))
  return movie`,
      invariant: "no movie is lost",
      seed: 1
    },
    {
      fault: "sends no export message for a movie that was a gap",
      from: `  yield* announce(attempt, "enriched", outcome.success.enrichedAt)
`,
      to: `  const { runDate, imdbId } = { ...attempt.message, ...attempt.message.movie }
  const wasGap = yield* Effect.isSuccess(RunStore.use(({ readGap }) => readGap(runDate, imdbId)))
  if (!wasGap) yield* announce(attempt, "enriched", outcome.success.enrichedAt)
`,
      invariant: "the manifest matches the stored objects",
      seed: 10
    },
    {
      fault: "calls OMDb again after it refused the key or its quota",
      from: "yield* stopAfterRefusal(yield* Omdb)",
      to: "yield* Omdb",
      invariant: "OMDb gets no more calls than its limits allow",
      seed: 1
    },
    {
      fault: "calls OMDb three times in every receive",
      from: "ApproximateReceiveCount <= 2 ? 3 : 1",
      to: "ApproximateReceiveCount <= 2 ? 3 : 3",
      invariant: "OMDb gets no more calls than its limits allow",
      seed: 10
    },
    {
      fault: "calls OMDb for a movie that the run has enriched",
      from: "onSome: (movie) => keepOrRefresh(attempt, movie)",
      to: "onSome: () => enrich(attempt)",
      invariant: "OMDb is called once for a movie of a run",
      seed: 8
    },
    {
      fault: "writes the row of an earlier roster",
      from: "createdAt === rosterCreatedAt",
      to: 'createdAt !== ""',
      invariant: "every enriched movie has the list's row of the latest roster",
      seed: 1,
      // The retries of the first list's messages come after those of the second one.
      scenario: {
        ...scenarioWithoutFaults,
        // So that the lists have movies in common.
        top: 8,
        outages: [{ fault: "OMDb returns 503", from: 0, duration: 240 }],
        actions: [
          { action: "changes the source list", at: 60 },
          { action: "reruns the first day", at: 300 }
        ]
      }
    },
    {
      fault: "refreshes a movie at every delivery of its message",
      from: "message.refresh === true && epochMillis(enrichedAt) < epochMillis(message.rosterCreatedAt)",
      to: "message.refresh === true",
      invariant: "OMDb is called once for a movie of a run",
      seed: 51
    }
  ],
  "handlers/movie/gaps.ts": [
    {
      fault: "writes no gap at the last attempt",
      from: "return yield* recordGap(attempt, failureOf(cause))",
      to: "return",
      invariant: "a movie whose message is a dead letter has a gap",
      seed: 5
    }
  ],
  "handlers/movie/Attempt.ts": [
    {
      fault: "writes a final gap at every attempt",
      from: "ApproximateReceiveCount >= settings.maxReceives",
      to: "ApproximateReceiveCount >= 1",
      invariant: "a gap names the next attempt until the last one",
      seed: 10
    },
    {
      fault: "sets retry delays that SQS rejects",
      from: "const seconds = Duration.toSeconds(delayAfter(cause, attempt))",
      to: "const seconds = Duration.toMillis(delayAfter(cause, attempt))",
      invariant: "a movie is retried for at least a day",
      seed: 10
    }
  ],
  "handlers/movie/announce.ts": [
    {
      fault: "exports every movie after the deadline by itself",
      from: "if ((yield* Clock.currentTimeMillis) > deadlineOf(rosterCreatedAt)) {",
      to: "if (yield* Effect.succeed(false)) {",
      invariant: "exports are linear in the number of movies",
      seed: 1,
      scenario: {
        ...scenarioWithoutFaults,
        top: 12,
        outages: [{ fault: "OMDb returns 503", from: 0, duration: 1_800 }]
      }
    }
  ],
  "services/omdb/Omdb.ts": [
    {
      fault: "includes the request's URL in an error",
      from: "detail: `no response (",
      to: "detail: Redacted.value(apikey) + `: no response (",
      invariant: "the API key is stored, sent and logged nowhere",
      seed: 1
    },
    {
      fault: "does not redact the key in OMDb's reply",
      from: "redactKey(Redacted.value(apikey))",
      to: "(text: string) => text",
      invariant: "the API key is stored, sent and logged nowhere",
      seed: 62
    },
    {
      fault: "retries a call to OMDb seven times",
      from: "Schedule.upTo({ times })",
      to: "Schedule.upTo({ times: times + 4 })",
      invariant: "OMDb gets no more calls than its limits allow",
      seed: 10
    }
  ],
  "services/omdb/reply.ts": [
    {
      fault: "stores OMDb's reply about another movie",
      from: "if (imdbID !== requested) return",
      to: "if (imdbID === undefined) return",
      invariant: "every stored movie and gap matches a reply of OMDb",
      seed: 3
    },
    {
      fault: "treats a transient error of OMDb as permanent",
      from: "return new OmdbUnavailable({ detail })",
      to: "return new MovieNotFound({ imdbId, detail })",
      invariant: "every stored movie and gap matches a reply of OMDb",
      seed: 62
    }
  ],
  "domain/Run.ts": [
    {
      fault: "does not count gaps as outcomes",
      from: 'isCurrent ? Result.succeed({ movie, outcome: "gap", ...gap }) : Result.fail(movie)',
      to: "Result.fail(movie)",
      invariant: "the manifest matches the stored objects",
      seed: 10
    },
    {
      fault: "prefers a gap to an enriched movie",
      from: "if (enriched !== undefined) return",
      to: "if (enriched !== undefined && objects.get(gapKey(runDate, movie.imdbId)) === undefined) return",
      invariant: "the manifest matches the stored objects",
      seed: 10
    },
    {
      fault: "compares the objects of an export by key only",
      from: `      manifest.madeOf,
      outcomes.map(({ key, etag }) => ({ key, etag }))`,
      to: `      manifest.madeOf.map(({ key }) => key),
      outcomes.map(({ key }) => key)`,
      invariant: "the CSV matches the enriched movies",
      seed: 1
    }
  ],
  "handlers/ExportMoviesToCsv.ts": [
    {
      fault: "writes the manifest before the CSV is stored",
      from: "yield* writeCsv(runDate, csv)",
      to: "yield* Effect.forkDetach(writeCsv(runDate, csv))",
      invariant: "the CSV matches the enriched movies",
      seed: 4
    },
    {
      fault: "exports a run only when every movie has an outcome",
      from: "!isRequested && awaited !== undefined",
      to: "awaited !== undefined",
      invariant: "a run is published within 45 minutes of its roster",
      seed: 8
    },
    {
      fault: "does not name the pending movies",
      from: "pending: [...pending, ...unreadable]",
      to: "pending: [...unreadable]",
      invariant: "every manifest names each movie of a roster",
      seed: 8
    },
    {
      fault: "counts every manifest as a published run",
      from: "if (Option.isNone(ofRoster)) yield*",
      to: "yield*",
      invariant: "the metrics count each roster once",
      seed: 10
    }
  ],
  "handlers/PublishReport.ts": [
    {
      fault: "records a notification before it is sent",
      from: "  yield* Sns.use(",
      to: "  yield* writeNotified(notification)\n  yield* Sns.use(",
      invariant: "every recorded notification was sent",
      seed: 4
    }
  ],
  "handlers/report/latest.ts": [
    {
      fault: "copies every run to latest/",
      from: "runDate > run.manifest.runDate)",
      to: "runDate > run.manifest.runDate && false)",
      invariant: "latest/ is the newest run that has a row",
      seed: 1
    }
  ],
  "handlers/LoadCsvToDynamoDb.ts": [
    {
      fault: "keeps table rows of movies that left the run",
      from: "for (const { imdbId } of rows) others.delete(imdbId)",
      to: "others.clear()",
      invariant: "the table matches the latest CSV",
      seed: 6
    }
  ]
}

export const mutants: ReadonlyArray<Mutant> = Object.entries(mutantsByFile).flatMap(([file, mutants]) =>
  mutants.map((mutant) => ({ ...mutant, file }))
)
