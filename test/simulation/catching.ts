import * as Effect from "effect/Effect"
import type { Declared } from "./declared.ts"
import { mutantOf } from "./mutant.ts"
import { type Mutation, mutations } from "./mutations.ts"
import { report } from "./report.ts"
import { trial } from "./trial.ts"

/** A mutation, and the first seed whose story shows it by the promise that it breaks. */
export interface Caught {
  readonly does: string
  readonly file: string
  readonly seed: number
  readonly promise: string
}

/** A mutation that none of so many seeds catches is not caught. */
export const enough = 100

export const catching = Effect.fnUntraced(function* (declared: Declared, mutation: Mutation) {
  const stages = yield* Effect.promise(() => mutantOf(mutation))
  for (let seed = 1; seed <= enough; seed++) {
    const { story } = yield* trial({ seed, declared, stages, maxShrinks: 0 })
    const [broken] = story.broken
    if (broken !== undefined) {
      return { does: mutation.does, file: mutation.file, seed, promise: broken.promise } satisfies Caught
    }
  }
  return undefined
})

/** What is told of a broken promise, by the mutation of that name and the seed that catches it. */
export const example = Effect.fnUntraced(function* (declared: Declared, { does, seed }: Caught) {
  const mutation = mutations.find((each) => each.does === does)
  const stages = mutation && (yield* Effect.promise(() => mutantOf(mutation)))
  const verdict = yield* trial({ seed, declared, ...(stages && { stages }) })
  return report(verdict, { mutation: does })
})

/** Of what the page shows how a broken promise is told. */
export const shownExample = "leaves no gap on the last receive"

export interface Findings {
  readonly caught: ReadonlyArray<Caught>
  readonly example: { readonly seed: number; readonly output: string }
}

export const findings = Effect.fnUntraced(function* (declared: Declared) {
  const caught = (yield* Effect.forEach(mutations, (mutation) => catching(declared, mutation))).filter(
    (each) => each !== undefined
  )
  const shown = caught.find(({ does }) => does === shownExample)
  if (shown === undefined) return yield* Effect.die(`No seed catches what ${shownExample}.`)
  return { caught, example: { seed: shown.seed, output: yield* example(declared, shown) } } satisfies Findings
})
