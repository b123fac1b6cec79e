import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type DeclaredStack, readDeclaredStack } from "./declaredStack.ts"
import { formatReport } from "./report.ts"
import { simulateSeed } from "./simulate.ts"

describe("a story drawn from a seed keeps every promise", () => {
  let declared: DeclaredStack
  beforeAll(async () => {
    declared = await readDeclaredStack()
  })

  for (let seed = 1; seed <= 100; seed++) {
    it.live(`seed ${seed}`, () =>
      Effect.gen(function* () {
        const verdict = yield* simulateSeed({ seed, declared })
        assert.isTrue(verdict.smallest === undefined, `\n${formatReport(verdict)}\n`)
      })
    )
  }
})
