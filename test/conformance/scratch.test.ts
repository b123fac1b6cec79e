import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { made } from "./targets/scratchResources.ts"

/** Makes something, ends at once, and removes it, which comes to pass at the attempt of this number. */
const removedAt = Effect.fnUntraced(function* (attempt: number) {
  let attempts = 0
  const remove = async () => {
    attempts++
    if (attempts < attempt) throw Object.assign(new Error("The table is being created."), { name: "ResourceInUse" })
  }
  const making = yield* Effect.forkChild(Effect.scoped(made("table t", Effect.succeed("t"), remove)))
  for (let turn = 0; turn < 40; turn++) {
    // An attempt is a promise: it settles outside the clock that a test moves.
    yield* Effect.promise(() => new Promise(setImmediate))
    yield* TestClock.adjust("2 seconds")
  }
  yield* Fiber.join(making)
  return { attempts, said: yield* TestConsole.errorLines }
})

describe("what the script made", () => {
  it.effect("is removed as soon as it can be", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* removedAt(3), { attempts: 3, said: [] })
    })
  )

  it.effect("is named if it cannot be removed", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* removedAt(1_000), {
        attempts: 31,
        said: ["The scratch table t is left: remove it by hand. ResourceInUse: The table is being created."]
      })
    })
  )
})
