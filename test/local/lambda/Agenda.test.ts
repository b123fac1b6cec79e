import { setTimeout as sleep } from "node:timers/promises"
import { expect, it, onTestFinished } from "vitest"
import { VirtualClock } from "../../../local/lambda/VirtualClock.ts"

const anHourMs = 3_600_000

/** An agenda, and waits on it that tell when they began. */
const anAgenda = ({ hasten = true } = {}) => {
  const agenda = new VirtualClock({ fastForward: hasten })
  onTestFinished(() => agenda.stop())
  const waiting = new Map<string, { dueAt: number; work: () => Promise<unknown> }>()
  const began = new Map<string, number>()
  agenda.addTimerSource(() =>
    Array.from(waiting, ([id, { dueAt, work }]) => ({
      id,
      dueAt,
      fire: () => {
        waiting.delete(id)
        began.set(id, Date.now())
        void agenda.run(work)
      }
    }))
  )
  const wait = (id: string, ms: number, work: () => Promise<unknown> = async () => undefined) =>
    waiting.set(id, { dueAt: Date.now() + ms, work })
  return { agenda, wait, began }
}

it("is idle at once where nothing runs and nothing waits", async () => {
  const { agenda } = anAgenda()
  await agenda.idle()
})

it("is idle only after what runs, and what that set off", async () => {
  const { agenda } = anAgenda()
  const done: Array<string> = []
  void agenda.run(async () => {
    await sleep(30)
    void agenda.run(async () => {
      await sleep(30)
      done.push("second")
    })
    done.push("first")
  })
  await agenda.idle()
  expect(done).toEqual(["first", "second"])
})

it("begins what waits for hours at once, in order", async () => {
  const { agenda, wait, began } = anAgenda()
  const startedAt = Date.now()
  wait("late", 12 * anHourMs)
  wait("early", anHourMs)
  wait("middle", 4 * anHourMs)
  await agenda.idle()
  expect([...began.keys()]).toEqual(["early", "middle", "late"])
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  expect(agenda.now() - startedAt).toBeGreaterThanOrEqual(12 * anHourMs)
})

it("skips no more than the first wait, so what is due a little later begins a little later", async () => {
  const { agenda, wait, began } = anAgenda()
  wait("first", anHourMs, () => sleep(700))
  wait("soon after", anHourMs + 150)
  wait("after it ended", anHourMs + 60_000)
  await agenda.idle()
  const at = (id: string) => (began.get(id) ?? 0) - (began.get("first") ?? 0)
  expect(at("soon after")).toBeGreaterThanOrEqual(145)
  expect(at("soon after")).toBeLessThan(690)
  expect(at("after it ended")).toBeGreaterThanOrEqual(690)
})

it("takes from a wait only what is skipped while it waits", async () => {
  const { agenda, wait, began } = anAgenda()
  wait("first", anHourMs, async () => {
    wait("set off by the first", 200)
    await sleep(20)
    void agenda.run(() => sleep(400))
  })
  await agenda.idle()
  expect((began.get("set off by the first") ?? 0) - (began.get("first") ?? 0)).toBeGreaterThanOrEqual(195)
})

it("begins what comes due in real time while something runs", async () => {
  const { agenda, wait, began } = anAgenda()
  const startedAt = Date.now()
  void agenda.run(async () => {
    void agenda.run(async () => wait("due", 100))
    await sleep(600)
  })
  await agenda.idle()
  expect((began.get("due") ?? 0) - startedAt).toBeLessThan(590)
})

it("skips nothing where hastening is switched off", async () => {
  const { agenda, wait } = anAgenda({ hasten: false })
  const startedAt = Date.now()
  wait("due", 150)
  await agenda.idle()
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(149)
  expect(agenda.now()).toBeLessThanOrEqual(Date.now())
})

it("leaves nobody waiting for idle when it is stopped", async () => {
  const { agenda, wait } = anAgenda({ hasten: false })
  wait("never", anHourMs)
  const idle = agenda.idle()
  agenda.stop()
  await idle
  await agenda.idle()
})
