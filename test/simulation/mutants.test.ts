import { readFile } from "node:fs/promises"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { replaceSections, simulationSections } from "../../scripts/docSections.ts"
import { buildMutant, type CaughtMutant, catchMutant, findings, maxSeeds, withExample } from "./catchMutant.ts"
import { type DeclaredStack, readDeclaredStack } from "./declaredStack.ts"
import { mutants } from "./mutants.ts"

describe(`a slip in the handlers breaks a promise within ${maxSeeds} seeds`, () => {
  let declared: DeclaredStack
  const all: Array<CaughtMutant> = []
  beforeAll(async () => {
    declared = await readDeclaredStack()
  })

  for (const mutation of mutants) {
    it.live(mutation.fault, () =>
      Effect.gen(function* () {
        const caught = yield* catchMutant(declared, mutation)
        if (caught === undefined) return assert.fail(`no seed up to ${maxSeeds} shows it`)
        all.push(caught)
      })
    )
  }

  it.live("as docs/simulation.md says, by these seeds and in these words", () =>
    Effect.gen(function* () {
      // Where this test runs alone, the others have found nothing.
      const found = all.length === mutants.length ? yield* withExample(declared, all) : yield* findings(declared)
      const sections = simulationSections(found)
      const page = yield* Effect.promise(() => readFile(new URL("../../docs/simulation.md", import.meta.url), "utf8"))
      assert.strictEqual(page, replaceSections(page, sections), "npm run docs writes the page anew")
    })
  )

  it("must find the text that it replaces once", async () => {
    const [mutation] = mutants
    if (mutation === undefined) return assert.fail("there are no mutations")
    for (const from of ["no such text", "outcomes"]) {
      const refused = await buildMutant({ ...mutation, from }).catch((error: Error) => error.message)
      assert.match(String(refused), /partialBatch\.ts has \d+ times what the mutation replaces/)
    }
  })
})
