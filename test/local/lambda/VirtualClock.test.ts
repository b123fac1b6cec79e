import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, it, onTestFinished } from "vitest"
import { VirtualClock } from "../../../local/lambda/VirtualClock.ts"

const hourMs = 3_600_000

/** A clock, a function that adds timers, and the times at which they fired. */
const startClock = ({ fastForward = true } = {}) => {
  const clock = new VirtualClock({ fastForward, onSkip: () => {} })
  onTestFinished(() => clock.stop())
  const timers = new Map<string, { dueAt: number; work: () => Promise<unknown> }>()
  const firedAt = new Map<string, number>()
  clock.addTimerSource(() =>
    Array.from(timers, ([id, { dueAt, work }]) => ({
      id,
      dueAt,
      fire: () => {
        timers.delete(id)
        firedAt.set(id, Date.now())
        void clock.run(work)
      }
    }))
  )
  const addTimer = (id: string, ms: number, work: () => Promise<unknown> = async () => undefined) =>
    timers.set(id, { dueAt: Date.now() + ms, work })
  const between = (one: string, other: string) => (firedAt.get(other) ?? 0) - (firedAt.get(one) ?? 0)
  return { clock, addTimer, firedAt, between }
}

describe("VirtualClock", () => {
  it("is idle at once when nothing runs and no timer is pending", async () => {
    await startClock().clock.idle()
  })

  it("is idle only after running work and the work that it starts", async () => {
    const { clock } = startClock()
    const done: Array<string> = []
    void clock.run(async () => {
      await sleep(30)
      void clock.run(async () => {
        await sleep(30)
        done.push("second")
      })
      done.push("first")
    })
    await clock.idle()
    expect(done).toEqual(["first", "second"])
  })

  it("skips hours to the next timer, in the order of the timers", async () => {
    const { clock, addTimer, firedAt } = startClock()
    const startedAt = Date.now()
    addTimer("late", 12 * hourMs)
    addTimer("early", hourMs)
    addTimer("middle", 4 * hourMs)
    await clock.idle()
    expect([...firedAt.keys()]).toEqual(["early", "middle", "late"])
    expect(Date.now() - startedAt).toBeLessThan(10_000)
  })

  it("keeps the distance between timers, and skips nothing while the first one's work runs", async () => {
    const { clock, addTimer, between } = startClock()
    addTimer("first", hourMs, () => sleep(700))
    addTimer("soon after", hourMs + 150)
    addTimer("after the work", hourMs + 60_000)
    await clock.idle()
    expect(between("first", "soon after")).toBeGreaterThanOrEqual(145)
    expect(between("first", "soon after")).toBeLessThan(690)
    expect(between("first", "after the work")).toBeGreaterThanOrEqual(690)
  })

  it("shortens a timer only by what is skipped while it is pending", async () => {
    const { clock, addTimer, between } = startClock()
    addTimer("first", hourMs, async () => {
      addTimer("added by the first", 200)
      await sleep(20)
      void clock.run(() => sleep(400))
    })
    await clock.idle()
    expect(between("first", "added by the first")).toBeGreaterThanOrEqual(195)
  })

  it("fires a timer in real time while work runs", async () => {
    const { clock, addTimer, firedAt } = startClock()
    const startedAt = Date.now()
    void clock.run(async () => {
      void clock.run(async () => addTimer("due", 100))
      await sleep(600)
    })
    await clock.idle()
    expect((firedAt.get("due") ?? 0) - startedAt).toBeLessThan(590)
  })

  it("skips nothing when fast-forwarding is off", async () => {
    const { clock, addTimer } = startClock({ fastForward: false })
    const startedAt = Date.now()
    addTimer("due", 150)
    await clock.idle()
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(149)
  })

  it("resolves idle when it is stopped", async () => {
    const { clock, addTimer } = startClock({ fastForward: false })
    addTimer("never", hourMs)
    const idle = clock.idle()
    clock.stop()
    await idle
    await clock.idle()
  })
})
