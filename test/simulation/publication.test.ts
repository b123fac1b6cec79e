import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import type { Manifest } from "../../domain/Run.ts"
import { quota as limitReached } from "../../local/omdb/responses.ts"
import { readDeclaredStack } from "./declaredStack.ts"
import type { OutageName } from "./faults.ts"
import { manifestVersions } from "./historyInvariants.ts"
import { scenarioWithoutFaults } from "./mutants.ts"
import type { Scenario } from "./Scenario.ts"
import { firstFiring, SimulatedSystem } from "./SimulatedSystem.ts"

interface Faults extends Partial<Omit<Scenario, "seed">> {
  /** How many calls OMDb accepts on the first day. */
  readonly quota?: number
}

/** The manifests of the first day: an hour after its scheduled time, in the end, and after a redrive a week later. */
const runDay = Effect.fnUntraced(function* ({ quota, ...faults }: Faults) {
  const declared = yield* Effect.promise(readDeclaredStack)
  yield* TestClock.setTime(firstFiring)
  const system = yield* SimulatedSystem.deploy(declared, { ...scenarioWithoutFaults, seed: 1, top: 10, ...faults })
  const { omdb, timeline } = system
  const { faultFor } = omdb
  omdb.faultFor = (imdbId) => {
    const isReached = quota !== undefined && omdb.calls.length >= quota && timeline.elapsedSeconds < 64_800
    return isReached ? limitReached : faultFor(imdbId)
  }
  yield* system.runScenario
  const ofScenario = manifestVersions(system)
  yield* TestClock.adjust("7 days")
  yield* system.redriveAll
  return {
    afterHour: ofScenario.findLast(({ at }) => at <= firstFiring + 3_600_000)?.value,
    atEnd: ofScenario.at(-1)?.value,
    afterRedrive: manifestVersions(system).at(-1)?.value,
    exports: ofScenario.length
  }
}, Random.withSeed(1))

const summary = (manifest: Manifest | undefined): string => {
  if (manifest === undefined) return "no manifest"
  const { enriched, gaps, pending } = manifest
  const kinds = gaps.map(({ reason, nextAttemptAt }) => (nextAttemptAt === undefined ? reason : `${reason}, retried`))
  return [enriched, ...new Set(kinds), ...pending.map(() => "pending")].join("; ")
}

const movie = (fault: Scenario["movieFaults"][number]["fault"]): Faults => ({
  movieFaults: [{ rank: 4, fault }]
})
const outage = (fault: OutageName, duration: 1_800 | 7_200): Faults => ({ outages: [{ fault, from: 0, duration }] })

describe("a run of ten movies", () => {
  it.effect.each([
    [movie("OMDb returns malformed JSON"), "9; OmdbUnavailable, retried", "9; OmdbUnavailable", "10"],
    [movie("OMDb does not respond"), "9; OmdbUnavailable, retried", "9; OmdbUnavailable", "10"],
    [movie("OMDb does not know the movie"), "9; MovieNotFound", "9; MovieNotFound", "9; MovieNotFound"],
    [movie("its message kills the function at every receive"), "9; pending", "9; pending", "10"],
    [movie("SQS never accepts its message"), "9; pending", "9; pending", "10"],
    [movie("its message cannot be decoded"), "9; pending", "9; pending", "9; pending"],
    [movie("its object cannot be read"), "9; pending", "9; pending", "10"],
    [{ quota: 0 }, "0; QuotaExhausted, retried", "10", "10"],
    [{ quota: 3 }, "3; QuotaExhausted, retried", "10", "10"],
    [{ quota: 9 }, "9; QuotaExhausted, retried", "10", "10"],
    [outage("OMDb rejects every key", 7_200), "0; KeyRejected, retried", "10", "10"]
  ] as const)("is published within the hour, and later completed, with %j", ([faults, ...expected]) =>
    Effect.gen(function* () {
      const { afterHour, atEnd, afterRedrive } = yield* runDay(faults)
      assert.deepStrictEqual([afterHour, atEnd, afterRedrive].map(summary), expected)
    })
  )
})

describe("a run of 250 movies", () => {
  it.effect("has a handful of exports when all of them recover after the deadline", () =>
    Effect.gen(function* () {
      const { atEnd, exports } = yield* runDay({ ...outage("OMDb returns 503", 1_800), top: 250 })
      assert.deepStrictEqual([summary(atEnd), exports], ["250", 5])
    })
  )
})
