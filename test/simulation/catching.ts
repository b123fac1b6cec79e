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

/** Of what the page shows how a broken promise is told. */
export const shownExample = "leaves no gap on the last receive"

export interface Findings {
  readonly caught: ReadonlyArray<Caught>
  readonly example: { readonly seed: number; readonly output: string }
}

/** Those that were caught, and what is told of one of them. */
export const withExample = Effect.fnUntraced(function* (declared: Declared, caught: ReadonlyArray<Caught>) {
  const seed = caught.find(({ does }) => does === shownExample)?.seed
  const mutation = mutations.find(({ does }) => does === shownExample)
  if (seed === undefined || mutation === undefined) return yield* Effect.die(`No seed catches what ${shownExample}.`)
  const stages = yield* Effect.promise(() => mutantOf(mutation))
  const verdict = yield* trial({ seed, declared, stages })
  return { caught, example: { seed, output: report(verdict, { mutation: shownExample }) } } satisfies Findings
})

export const findings = Effect.fnUntraced(function* (declared: Declared) {
  const caught = yield* Effect.forEach(mutations, (mutation) => catching(declared, mutation))
  return yield* withExample(
    declared,
    caught.filter((each) => each !== undefined)
  )
})
