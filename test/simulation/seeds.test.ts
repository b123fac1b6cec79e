import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Declared, declaredProgram } from "./declared.ts"
import { report } from "./report.ts"
import { trial } from "./trial.ts"

describe("a story drawn from a seed keeps every promise", () => {
  let declared: Declared
  beforeAll(async () => {
    declared = await declaredProgram()
  })

  for (let seed = 1; seed <= 100; seed++) {
    it.live(`seed ${seed}`, () =>
      Effect.gen(function* () {
        const verdict = yield* trial({ seed, declared })
        assert.isTrue(verdict.least === undefined, `\n${report(verdict)}\n`)
      })
    )
  }
})
