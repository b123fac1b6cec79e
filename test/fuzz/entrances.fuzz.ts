import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as pulumi from "@pulumi/pulumi"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { parse } from "yaml"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { enrichedKey, gapKey, rosterKey } from "../../domain/keys.ts"
import { MoviesQueueMessage } from "../../domain/Messages.ts"
import { EnrichedMovie } from "../../domain/MovieOutcome.ts"
import { ProgramFailed } from "../../engine/PulumiProgram.ts"
import { readStackFile } from "../../engine/stackFile.ts"
import { handleBatch as enrichBatch } from "../../handlers/EnrichAndStoreMovie.ts"
import { handleBatch as exportBatch } from "../../handlers/ExportMoviesToCsv.ts"
import { handleEvent } from "../../handlers/GetMoviesAndSendToQueue.ts"
import { handleBatch as loadBatch } from "../../handlers/LoadCsvToDynamoDb.ts"
import { stackConfig } from "../../infra/stackConfig.ts"
import { readFaultSchedule } from "../../local/faults/readFaultSchedule.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { formatCsv } from "../../services/csv/writer.ts"
import {
  csv,
  csvOf,
  exportMessage,
  exportRecord,
  exportRequest,
  exportStage,
  handlerAccount,
  loadStage,
  manifest,
  movieMessage,
  movieStage,
  notification,
  requestRecord
} from "../handlers/stages.ts"
import { idOf, runDate, sourceRow, sourceText } from "../support/exampleRun.ts"
import { foundMovie, movie, replies } from "../support/ScriptedOmdb.ts"
import { sourceKey } from "../support/settings.ts"
import { sqsEvent, sqsRecord } from "../support/sqsEvents.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { Mutator } from "./Mutator.ts"

const seeds = Array.from({ length: Number(process.env["FUZZ_SEEDS"] ?? 100) }, (_, seed) => seed)

/** Runs the entrance with a changed input for each seed. A failure may only be a typed one. */
const fuzz = (entrance: string, run: (mutator: Mutator) => Effect.Effect<unknown, unknown>) =>
  it.effect(entrance, () =>
    Effect.forEach(seeds, (seed) =>
      Effect.suspend(() => run(new Mutator(`${entrance} ${seed}`))).pipe(
        Effect.catchCause((cause) =>
          Cause.hasDies(cause) ? Effect.die(new Error(`seed ${seed}`, { cause: Cause.squash(cause) })) : Effect.void
        )
      )
    )
  )

interface Handled {
  readonly entries: ReadonlyArray<Record<string, unknown>>
}

/** A handler logs the defect of one record, and returns. */
const withoutDefect = <A extends Handled, E, R>(handled: Effect.Effect<A, E, R>) =>
  Effect.tap(handled, ({ entries }) =>
    Effect.sync(() => {
      for (const entry of entries)
        assert.notStrictEqual(entry["reason"], "Defect", JSON.stringify(entry).slice(0, 2_000))
    })
  )

/** A promise that may be rejected with these errors only. */
const rejectedWith = (run: () => Promise<unknown>, ...errors: ReadonlyArray<abstract new (...args: never) => Error>) =>
  Effect.promise(() =>
    run().catch((error: unknown) => {
      if (!errors.some((known) => error instanceof known)) throw error
    })
  )

/** An event as Lambda passes it. */
const eventOf = (text: string): unknown => Option.getOrElse(parseJson(text), () => text)
const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const decodeMessage = Schema.decodeUnknownSync(Schema.fromJsonString(MoviesQueueMessage))
const decodeMovie = Schema.decodeUnknownSync(Schema.fromJsonString(EnrichedMovie))

const root = new URL("../../", import.meta.url).pathname

describe("an outcome or a typed failure, and never a defect, for any", () => {
  const list = { items: [1, 2, 3, 4, 5].map((rank) => sourceRow(rank)), errorMessage: "" }

  fuzz("source list", (mutator) => {
    const { sources, run, movies } = handlerAccount({ variables: { TOP: "3" } })
    sources.put(0, sourceKey, mutator.json(list))
    return Effect.gen(function* () {
      const { result } = yield* run(handleEvent({ runDate }))
      // What is sent is read by stage 2.
      for (const { body } of movies.sent) decodeMessage(body)
      return yield* result
    })
  })

  fuzz("event of stage 1", (mutator) => {
    const { sources, run } = handlerAccount()
    sources.put(0, sourceKey, sourceText(list.items))
    const event = mutator.json({ scheduledTime: "2026-11-21T06:00:00Z", runDate, top: 3, refresh: true })
    return Effect.flatMap(run(handleEvent(eventOf(event))), ({ result }) => result)
  })

  fuzz("reply of OMDb", (mutator) => {
    const body = mutator.json({ ...movie, imdbID: idOf(1) })
    const contentType = mutator.pick(["application/json", "text/html; charset=latin1", "charset=utf-16le"])
    const stage = movieStage(replies(mutator.pick([200, 200, 200, 401, 503]), body, contentType))
    return Effect.gen(function* () {
      yield* withoutDefect(stage.handle(movieMessage(1)))
      const stored = stage.textOf(enrichedKey(runDate, idOf(1)))
      if (stored === "") return
      // What is stored is read by stage 3, and its row by stage 4.
      const row = toCsvRow(decodeMovie(stored))
      const [line] = yield* Effect.orDie(parseCsv(formatCsv([row])))
      assert.deepStrictEqual(line?.row, row)
    })
  })

  fuzz("movie message", (mutator) => {
    const body = mutator.json(JSON.parse(movieMessage(1).body))
    const { runBatch } = movieStage(foundMovie())
    return withoutDefect(runBatch(enrichBatch(sqsEvent(sqsRecord(body, { receiveCount: mutator.pick([1, 2, 8]) })))))
  })

  fuzz("export message", (mutator) => {
    const stage = exportStage()
    stage.putRun([1], [1])
    const body = mutator.json(mutator.pick([exportMessage(1, "enriched"), exportRequest]))
    return withoutDefect(stage.handle(sqsRecord(body, { group: runDate })))
  })

  fuzz("stored document", (mutator) => {
    const stage = exportStage()
    stage.putRun([1, 2, 3], [1], [2])
    const key = mutator.pick([rosterKey(runDate), enrichedKey(runDate, idOf(1)), gapKey(runDate, idOf(2)), manifest])
    return Effect.gen(function* () {
      yield* stage.handle(requestRecord)
      stage.put(key, mutator.json(stage.bucket.json(key)))
      yield* withoutDefect(stage.handle(requestRecord))
    })
  })

  fuzz("S3 event", (mutator) => {
    const stage = loadStage()
    stage.put(csv, csvOf([1]))
    return withoutDefect(stage.handle(mutator.json(notification("0A"))))
  })

  fuzz("batch of a queue", (mutator) => {
    const event = eventOf(mutator.json({ Records: [exportRecord(1), requestRecord] }))
    const handle = mutator.pick([enrichBatch, exportBatch, loadBatch])
    return Effect.flatMap(handlerAccount().run(handle(event)), ({ result }) => result)
  })

  fuzz("CSV", (mutator) => {
    const stage = loadStage()
    stage.put(csv, mutator.text(csvOf([1, 2, 3])))
    return withoutDefect(stage.handle(notification("0A")))
  })

  fuzz("stack file", (mutator) =>
    rejectedWith(
      async () => {
        const directory = await temporaryDirectory()
        const changed = mutator.pick(["Pulumi.yaml", "Pulumi.dev.yaml"])
        for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
          const text = await readFile(join(root, name), "utf8")
          const inputs = name === changed ? [mutator.text(text), mutator.json(parse(text))] : [text]
          await writeFile(join(directory, name), mutator.pick(inputs))
        }
        const { config } = await readStackFile(directory, "dev")
        pulumi.runtime.setAllConfig({ ...config, "imdb-serverless-etl:omdbApiKey": "a-key" }, [])
        stackConfig(new pulumi.Config("imdb-serverless-etl"))
      },
      ProgramFailed,
      pulumi.RunError
    )
  )

  fuzz("fault file", (mutator) =>
    rejectedWith(async () => {
      const file = join(await temporaryDirectory(), "faults.json")
      const text = await readFile(join(root, "sample/faults", mutator.pick(["aws.json", "omdb.json"])), "utf8")
      await writeFile(file, mutator.pick([mutator.text(text), mutator.json(JSON.parse(text))]))
      await readFaultSchedule(file)
    }, CannotRun)
  )
})
