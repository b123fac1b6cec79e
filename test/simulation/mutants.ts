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

const deduplicationId = "const deduplicationId = `"

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
      from: "yield* Sqs.use(({ sendAll }) => sendAll(moviesQueue, messages))",
      to: "yield* Effect.ignore(Sqs.use(({ sendAll }) => sendAll(moviesQueue, messages)))",
      invariant: "no movie is lost",
      seed: 19
    }
  ],
  "handlers/lambda/partialBatch.ts": [
    {
      fault: "acknowledges a failed record",
      from: "results.get(record) !== true",
      to: "!results.has(record)",
      invariant: "no movie is lost",
      seed: 8
    }
  ],
  "handlers/EnrichAndStoreMovie.ts": [
    {
      fault: "acknowledges a movie before it is stored",
      from: "yield* RunStore.use(({ writeEnriched }) => writeEnriched({ runDate, ...movie, omdb, enrichedAt }))",
      to: "yield* Effect.forkDetach(RunStore.use((store) => store.writeEnriched({ runDate, ...movie, omdb, enrichedAt })))",
      invariant: "no movie is lost",
      seed: 3
    },
    {
      fault: "sends no export message for a movie that was a gap",
      from: 'yield* sendExportMessage(attempt, "enriched", enrichedAt)',
      to: `const wasGap = yield* Effect.isSuccess(RunStore.use(({ readGap }) => readGap(runDate, movie.imdbId)))
    if (!wasGap) yield* sendExportMessage(attempt, "enriched", enrichedAt)`,
      invariant: "the manifest matches the stored objects",
      seed: 8
    },
    {
      fault: "uses one deduplication id for all export messages of a movie",
      from: deduplicationId,
      to: 'const deduplicationId = [runDate, movie.imdbId].join("-")\n  const unused = `',
      invariant: "the CSV matches the enriched movies",
      seed: 12
    },
    {
      fault: "uses one deduplication id for all export messages of a movie message and outcome",
      from: deduplicationId,
      to: 'const deduplicationId = [record.messageId, outcome].join("-")\n  const unused = `',
      invariant: "the CSV matches the enriched movies",
      seed: 3,
      scenario: { ...scenarioWithoutFaults, faultRates: { ...noFaults, deliveredTwice: 500 } }
    },
    {
      fault: "calls OMDb again after it refused the key or its quota",
      from: "yield* stopAfterRefusal(yield* Omdb)",
      to: "yield* Omdb",
      invariant: "OMDb gets no more calls than its limits allow",
      seed: 63
    },
    {
      fault: "writes no gap at the last attempt",
      from: "isLastReceive\n",
      to: "false\n",
      invariant: "a movie whose message is a dead letter has a gap",
      seed: 8
    },
    {
      fault: "writes a gap at every attempt",
      from: "ApproximateReceiveCount >= attempt.settings.maxReceives",
      to: "ApproximateReceiveCount >= 1",
      invariant: "a transient failure becomes a gap at the last attempt only",
      seed: 5
    },
    {
      fault: "sets retry delays that SQS rejects",
      from: "Duration.toSeconds(delay)",
      to: "Duration.toMillis(delay)",
      invariant: "a movie is retried for at least a day",
      seed: 8
    }
  ],
  "services/omdb/Omdb.ts": [
    {
      fault: "includes the request's URL in an error",
      from: "[inner, cause].find(hasCode)?.code",
      to: "[inner, cause].map(String)[0]",
      invariant: "the API key is stored, sent and logged nowhere",
      seed: 15
    },
    {
      fault: "does not redact the key in OMDb's reply",
      from: "redactKey(Redacted.value(apikey))",
      to: "(text: string) => text",
      invariant: "the API key is stored, sent and logged nowhere",
      seed: 20
    },
    {
      fault: "retries a call to OMDb seven times",
      from: "Schedule.upTo({ times: 3 })",
      to: "Schedule.upTo({ times: 7 })",
      invariant: "OMDb gets no more calls than its limits allow",
      seed: 8
    },
    {
      fault: "reserves no time after the calls to OMDb",
      from: "const reserve = Duration.seconds(3)",
      to: "const reserve = Duration.seconds(0)",
      invariant: "a movie is retried for at least a day",
      seed: 4,
      scenario: {
        ...scenarioWithoutFaults,
        top: 12,
        outages: [{ fault: "OMDb does not respond", from: 0, duration: 200_000 }]
      }
    },
    {
      fault: "records a gap when the key was replaced",
      from: "Equal.equals(fresh, key) ?",
      to: "fresh !== undefined ?",
      invariant: "every stored movie and gap matches a reply of OMDb",
      seed: 3,
      scenario: {
        ...scenarioWithoutFaults,
        actions: [
          { action: "replaces the API key, first in the secret", at: 8 },
          { action: "reruns the first day", at: 60 },
          { action: "reruns the first day", at: 300 }
        ]
      }
    }
  ],
  "services/omdb/reply.ts": [
    {
      fault: "stores OMDb's reply about another movie",
      from: "if (imdbID !== requested) return",
      to: "if (imdbID === undefined) return",
      invariant: "every stored movie and gap matches a reply of OMDb",
      seed: 6
    },
    {
      fault: "treats a transient error of OMDb as permanent",
      from: "return new OmdbUnavailable({ detail })",
      to: "return new MovieNotFound({ imdbId, detail })",
      invariant: "every stored movie and gap matches a reply of OMDb",
      seed: 20
    }
  ],
  "domain/Run.ts": [
    {
      fault: "does not count gaps as outcomes",
      from: 'gap === undefined ? Result.fail(movie) : Result.succeed({ movie, outcome: "gap", ...gap })',
      to: "Result.fail(movie)",
      invariant: "the manifest matches the stored objects",
      seed: 6
    },
    {
      fault: "prefers a gap to an enriched movie",
      from: "if (enriched !== undefined) return",
      to: "if (enriched !== undefined && objects.get(gapKey(runDate, movie.imdbId)) === undefined) return",
      invariant: "the manifest matches the stored objects",
      seed: 6
    }
  ],
  "handlers/ExportMoviesToCsv.ts": [
    {
      fault: "compares the objects of an export by key only",
      from: "outcomes.map(({ key, etag }) => ({ key, etag }))\n  return Option.exists(manifest, ({ madeOf }) => Equal.equals(madeOf, current))",
      to: "outcomes.map(({ key }) => key)\n  return Option.exists(manifest, ({ madeOf }) => Equal.equals(madeOf.map(({ key }) => key), current))",
      invariant: "the CSV matches the enriched movies",
      seed: 16
    },
    {
      fault: "writes the manifest before the CSV is stored",
      from: "yield* writeCsv(runDate, csv)",
      to: "yield* Effect.forkDetach(writeCsv(runDate, csv))",
      invariant: "the CSV matches the enriched movies",
      seed: 3
    },
    {
      fault: "exports a run with one movie missing",
      from: "if (pending.length > 0) {",
      to: "if (pending.length > 1) {",
      invariant: "every manifest covers a whole roster",
      seed: 10
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
