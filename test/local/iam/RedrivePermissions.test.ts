import { assert, describe, it } from "@effect/vitest"
import { RedrivePermissions } from "../../../local/iam/RedrivePermissions.ts"
import { arn } from "./policies.ts"

const movies = arn.queue("movies")
const dead = arn.queue("movies-dead-letters")
const byQueue = (...sourceQueueArns: ReadonlyArray<string>) =>
  JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns })

describe("a dead-letter queue", () => {
  it("takes from any queue until it says otherwise", () => {
    const rules = new RedrivePermissions()
    rules.putSource(movies, dead)
    rules.putAllowPolicy(dead, JSON.stringify({ redrivePermission: "allowAll" }))
    rules.putSource(arn.queue("exports"), dead)
  })

  it("takes only from the queues that it names, whichever is configured first", () => {
    const rules = new RedrivePermissions()
    rules.putSource(movies, dead)
    rules.putAllowPolicy(dead, byQueue(movies))
    assert.throws(() => rules.putSource(arn.queue("exports"), dead), `${dead} does not take dead letters from`)

    const other = new RedrivePermissions()
    other.putSource(movies, dead)
    assert.throws(() => other.putAllowPolicy(dead, byQueue(arn.queue("exports"))), movies)
  })

  it("takes from none where it denies all", () => {
    const rules = new RedrivePermissions()
    rules.putAllowPolicy(dead, JSON.stringify({ redrivePermission: "denyAll" }))
    assert.throws(() => rules.putSource(movies, dead), "does not take dead letters")
  })

  it("says nothing of another dead-letter queue", () => {
    const rules = new RedrivePermissions()
    rules.putSource(movies, arn.queue("others"))
    rules.putAllowPolicy(dead, byQueue(arn.queue("exports")))
  })

  it.each([
    ["no JSON", "{"],
    ["an unknown permission", JSON.stringify({ redrivePermission: "perhaps" })],
    ["no queues", JSON.stringify({ redrivePermission: "byQueue" })],
    ["queues of no use", JSON.stringify({ redrivePermission: "denyAll", sourceQueueArns: [movies] })],
    ["an unknown key", JSON.stringify({ redrivePermission: "denyAll", sourceQueues: [movies] })]
  ])("refuses a policy with %s", (_, document) => {
    assert.throws(() => new RedrivePermissions().putAllowPolicy(dead, document), "InvalidAttributeValue")
  })
})
