import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { enrichedKey, gapKey } from "../../domain/keys.ts"
import { handleBatch } from "../../handlers/EnrichAndStoreMovie.ts"
import { deliver } from "../model/modelSqs.ts"
import { idOf, runDate } from "../support/exampleRun.ts"
import type { Reply } from "../support/ScriptedOmdb.ts"
import { handlerAccount } from "./handlerAccount.ts"

/** A message of the movies queue, received for the `receiveCount`th time. */
export const movieMessage = (rank: number, receiveCount = 1) => ({
  body: JSON.stringify({
    version: 1,
    runDate,
    total: 10,
    movie: { imdbId: idOf(rank), rank, title: `Movie ${rank}`, year: 1994 }
  }),
  receiveCount
})

export const exportMessage = (rank: number, outcome: "enriched" | "gap") => ({
  version: 1,
  runDate,
  imdbId: idOf(rank),
  outcome
})

/** EnrichAndStoreMovie in an account, with OMDb's replies. Messages have the ids movies-1, movies-2 and so on. */
export const movieStage = (...replies: ReadonlyArray<Reply>) => {
  const account = handlerAccount({ replies })
  const { run, movies, exports, bucket } = account

  const handleEvent = (event: ReturnType<typeof deliver>) =>
    Effect.gen(function* () {
      const { result, ...logs } = yield* run(handleBatch(event))
      for (const { receiptHandle } of event.Records) movies.delete(0, receiptHandle)
      return { event, response: yield* result, ...logs }
    })
  /** Sends the messages and handles them as one batch. */
  const handle = (...messages: ReadonlyArray<ReturnType<typeof movieMessage>>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => handleEvent(deliver(movies, now, ...messages)))

  const enriched = (rank: number) => bucket.json(enrichedKey(runDate, idOf(rank)))
  const gap = (rank: number) => bucket.json(gapKey(runDate, idOf(rank)))
  /** The export messages that were sent. */
  const exported = () => exports.sent.map(({ body }) => JSON.parse(body))
  return { ...account, handle, handleEvent, enriched, gap, exported }
}
