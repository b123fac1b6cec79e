import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { foundMovie } from "../../support/ScriptedOmdb.ts"
import { failed } from "../../support/sqsEvents.ts"
import { movieMessage, movieStage } from "../stages.ts"

describe("EnrichAndStoreMovie of a retried message", () => {
  it.effect(
    "sets its retry delay before the work, so that it does not come back with its batch, and deletes it after",
    () =>
      Effect.gen(function* () {
        const { handle, faults, movies } = movieStage(foundMovie())
        yield* handle(movieMessage(1, 2), movieMessage(2, 7))
        const calls = faults.calls.map(({ operation }) => operation)
        const once = ["ChangeMessageVisibility", "GetObject", "PutObject", "SendMessageBatch", "DeleteMessage"]
        assert.deepStrictEqual(
          calls.filter((operation) => operation !== "GetSecretValue"),
          [...once, ...once]
        )
        assert.sameDeepMembers(movies.visibilityChanges, [
          { messageId: "movies-1", seconds: 300 },
          { messageId: "movies-2", seconds: 42_300 }
        ])
      })
  )

  it.effect("acknowledges a record that it cannot delete, and logs it", () =>
    Effect.gen(function* () {
      const { faults, handle } = movieStage(foundMovie())
      faults.fail("DeleteMessage")
      const { response, entries } = yield* handle(movieMessage(1, 2))
      assert.deepStrictEqual(response, failed())
      assert.deepInclude(entries.at(-1), { message: "Message not deleted", reason: "MessageNotDeleted" })
    })
  )
})
