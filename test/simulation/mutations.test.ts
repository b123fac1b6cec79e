import { readFile } from "node:fs/promises"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { replaceSections, simulationSections } from "../../scripts/docSections.ts"
import { type Caught, catching, enough, findings, withExample } from "./catching.ts"
import { type Declared, declaredProgram } from "./declared.ts"
import { mutantOf } from "./mutant.ts"
import { mutations } from "./mutations.ts"

describe(`a slip in the handlers breaks a promise within ${enough} seeds`, () => {
  let declared: Declared
  const all: Array<Caught> = []
  beforeAll(async () => {
    declared = await declaredProgram()
  })

  for (const mutation of mutations) {
    it.live(mutation.does, () =>
      Effect.gen(function* () {
        const caught = yield* catching(declared, mutation)
        if (caught === undefined) return assert.fail(`no seed up to ${enough} shows it`)
        all.push(caught)
      })
    )
  }

  it.live("as docs/simulation.md says, by these seeds and in these words", () =>
    Effect.gen(function* () {
      // Where this test runs alone, the others have found nothing.
      const found = all.length === mutations.length ? yield* withExample(declared, all) : yield* findings(declared)
      const sections = simulationSections(found)
      const page = yield* Effect.promise(() => readFile(new URL("../../docs/simulation.md", import.meta.url), "utf8"))
      assert.strictEqual(page, replaceSections(page, sections), "npm run docs writes the page anew")
    })
  )

  it("must find the text that it replaces once", async () => {
    const [mutation] = mutations
    if (mutation === undefined) return assert.fail("there are no mutations")
    for (const from of ["no such text", "outcomes"]) {
      const refused = await mutantOf({ ...mutation, from }).catch((error: Error) => error.message)
      assert.match(String(refused), /partialBatch\.ts has \d+ times what the mutation replaces/)
    }
  })
})
