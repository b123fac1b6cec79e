import { assert, describe, it } from "@effect/vitest"
import { RedrivePermissions } from "../../../local/iam/RedrivePermissions.ts"
import { arn } from "./testPolicies.ts"

const [movies, exports, dead] = [arn.queue("movies"), arn.queue("exports"), arn.queue("movies-dead-letters")]
const allowPolicy = (redrivePermission: string, more = {}) => JSON.stringify({ redrivePermission, ...more })
const byQueue = (...sourceQueueArns: ReadonlyArray<string>) => allowPolicy("byQueue", { sourceQueueArns })

describe("a dead-letter queue", () => {
  it("accepts every source without a policy, and with one that allows all", () => {
    const permissions = new RedrivePermissions()
    permissions.putSource(movies, dead)
    permissions.putAllowPolicy(dead, allowPolicy("allowAll"))
    permissions.putSource(exports, dead)
  })

  it("accepts only the sources that its policy names, in any order of configuration", () => {
    const permissions = new RedrivePermissions()
    permissions.putSource(movies, dead)
    permissions.putSource(exports, arn.queue("other"))
    permissions.putAllowPolicy(dead, byQueue(movies))
    assert.throws(() => permissions.putSource(exports, dead), `${dead} does not accept dead letters from ${exports}.`)
    assert.throws(() => permissions.putAllowPolicy(dead, byQueue(exports)), movies)
  })

  it("accepts no source if its policy denies all", () => {
    const permissions = new RedrivePermissions()
    permissions.putAllowPolicy(dead, allowPolicy("denyAll"))
    assert.throws(() => permissions.putSource(movies, dead), "does not accept dead letters")
  })

  it.each([
    ["that is not JSON", "{"],
    ["with an unknown permission", allowPolicy("perhaps")],
    ["by queue without queues", allowPolicy("byQueue")],
    ["that denies all with queues", allowPolicy("denyAll", { sourceQueueArns: [movies] })],
    ["with an unknown key", allowPolicy("denyAll", { sourceQueues: [movies] })]
  ])("rejects a policy %s", (_, document) => {
    assert.throws(() => new RedrivePermissions().putAllowPolicy(dead, document), "InvalidAttributeValue")
  })
})
