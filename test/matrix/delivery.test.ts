import { assert } from "@effect/vitest"
import { csvKey } from "../../domain/keys.ts"
import type { DeliveryFault, Fault } from "../../local/faults/FaultSchedule.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { accountedFor } from "./accountedFor.ts"
import { counting, settled } from "./counting.ts"
import { matrix } from "./matrix.ts"
import { runAgain } from "./mending.ts"
import { fifth, topTen } from "./movies.ts"

type Often = Pick<Fault, "skip" | "times"> & { readonly imdbId?: typeof fifth }
const delivery = (queue: string, what: DeliveryFault, often: Often = {}): Fault => ({
  at: "delivery",
  queue,
  what,
  ...often
})

/** All ten end enriched in order of rank whatever happens to the messages. */
const completes = async (warm: SharedStack, ...faults: readonly [Fault, ...ReadonlyArray<Fault>]) => {
  warm.applyFaults(...faults)
  const { runDate, complete } = await warm.run()
  assert.isTrue(complete)
  assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
  return runDate
}

/** The fifth movie's message is of no use to stage 2: the others go on without it. */
const poison = (find: string, replacement: string) => async (warm: SharedStack) => {
  const batches = settled(warm, "EnrichAndStoreMovie")
  warm.applyFaults(delivery("movies", { kind: "replace", find, with: replacement }, { imdbId: fifth }))
  const { runDate, complete } = await warm.run()
  assert.isFalse(complete)
  const { enriched, gaps, dead, letters } = await accountedFor(warm, runDate)
  assert.deepStrictEqual([enriched.length, gaps, dead], [9, {}, [fifth]])
  assert.deepStrictEqual([Object.keys(letters), letters["movies-dead-letters"]?.length], [["movies-dead-letters"], 1])
  assert.deepStrictEqual(batches(), { deleted: 9, failed: 8 })
  assert.match(warm.logs(), /The message is invalid/)
  await runAgain(warm, runDate)
}

matrix("delivery", {
  "a movie's message comes twice": async (warm) => {
    await completes(warm, delivery("movies", { kind: "duplicate" }, { imdbId: fifth }))
    assert.strictEqual(warm.omdb.calls.length, 11)
  },

  "the messages come in reverse order": async (warm) => {
    await completes(warm, delivery("movies", { kind: "reorder" }))
    assert.strictEqual(warm.omdb.calls[0]?.imdbId, topTen[9])
  },

  "a movie's message comes a quarter of an hour after the others": async (warm) => {
    await completes(warm, delivery("movies", { kind: "delay", seconds: 900 }, { imdbId: fifth }))
    assert.strictEqual(warm.omdb.calls.at(-1)?.imdbId, fifth)
  },

  "an acknowledgement is lost": async (warm) => {
    await completes(warm, delivery("movies", { kind: "acknowledgementLost" }, { imdbId: fifth }))
    assert.strictEqual(warm.omdb.calls.filter(({ imdbId }) => imdbId === fifth).length, 2)
  },

  "every export message comes twice": async (warm) => {
    const created = counting(warm)
    const runDate = await completes(warm, delivery("exports", { kind: "duplicate" }, { times: "always" }))
    assert.strictEqual(created(csvKey(runDate)), 1)
  },

  "a CSV's arrival is told twice": async (warm) => {
    const loads = settled(warm, "LoadCsvToDynamoDb")
    await completes(warm, delivery("loads", { kind: "duplicate" }))
    assert.deepStrictEqual(loads(), { deleted: 2, failed: 0 })
  },

  "a CSV's arrival is told after that of a newer one": async (warm) => {
    const { stack, newRunDate: newDay, run } = warm
    const runDate = newDay()
    const [schedule] = stack.names.schedules
    // The day is run again, for five movies, as soon as its first CSV is there.
    stack.cloud.events.once("objectCreated", function again({ key }) {
      if (key !== csvKey(runDate)) return void stack.cloud.events.once("objectCreated", again)
      void stack.lambda.fireSchedule(schedule?.physical ?? "", new Date(), { runDate, top: 5 })
    })
    warm.applyFaults(delivery("loads", { kind: "delay", seconds: 900 }))
    const { complete } = await run({ runDate })
    assert.isTrue(complete)
    assert.strictEqual((await accountedFor(warm, runDate)).enriched.length, 5)
    const sequencers = [
      ...warm
        .messages()
        .join()
        .matchAll(/"sequencer":"(\w+)"/g)
    ].map(([, sequencer]) => sequencer)
    assert.isAtLeast(sequencers.length, 2)
    assert.strictEqual(sequencers.at(-1), sequencers.toSorted().at(0))
  },

  "one message in ten cannot be read": poison('"rank":5', '"rank":'),

  "a movie's message is of another version": poison('"version":1', '"version":2'),

  "an export message is of another version": async (warm) => {
    warm.applyFaults(
      delivery("exports", { kind: "replace", find: '"version":1', with: '"version":2' }, { imdbId: fifth })
    )
    const { runDate } = await warm.run()
    const { enriched, letters } = await accountedFor(warm, runDate)
    assert.strictEqual(enriched.length, 10)
    assert.strictEqual(letters["exports-dead-letters"]?.length, 1)
  }
})
