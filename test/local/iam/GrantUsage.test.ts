import { assert, describe, it } from "@effect/vitest"
import type { Iam } from "../../../local/iam/Iam.ts"
import { anAccount, call } from "./account.ts"
import * as ours from "./ours.ts"
import { arn, document } from "./policies.ts"

const bucket = arn.bucket(ours.names.bucket)

describe("a grant", () => {
  const of = (iam: Iam, role: string, includeWhenFailing = true) =>
    iam.unusedGrants({ includeWhenFailing }).flatMap((grant) => (grant.role === role ? [grant.action] : []))

  it("is unused until a call that it allows", () => {
    const iam = anAccount()
    assert.deepStrictEqual(of(iam, ours.names.load), ["dynamodb:PutItem", "dynamodb:DeleteItem"])
    iam.authorize(call("load", "dynamodb:PutItem", arn.table("movies")))
    assert.deepStrictEqual(
      iam.unusedGrants().filter(({ role }) => role === ours.names.load),
      [{ role: ours.names.load, action: "dynamodb:DeleteItem", resource: arn.table("movies") }]
    )
  })

  it("is counted for each of its resources, and told with its condition", () => {
    const iam = anAccount()
    const Resource = [`${bucket}/a/*`, `${bucket}/b/*`]
    const Condition = { StringLike: { "s3:prefix": ["x", "y"] }, Bool: { "aws:SecureTransport": "true" } }
    iam.putRolePolicy(
      ours.names.load,
      "load-policy",
      document({ Effect: "Allow", Action: "s3:Get*", Resource, Condition })
    )
    iam.authorize(call("load", "s3:GetObject", `${bucket}/a/1`, { "s3:prefix": "x" }))
    assert.deepStrictEqual(
      iam.unusedGrants().filter(({ role }) => role === ours.names.load),
      [
        {
          role: ours.names.load,
          action: "s3:Get*",
          resource: `${bucket}/b/*`,
          condition: "StringLike s3:prefix x, y and Bool aws:securetransport true"
        }
      ]
    )
  })

  it("is not used by a call that something else denies, nor by another role's, nor by a look ahead", () => {
    const iam = anAccount()
    const roster = `${bucket}/runs/run_date=2026-11-21/roster.json`
    iam.authorize(call("getMovies", "s3:PutObject", roster, { "aws:SecureTransport": "false" }))
    iam.authorize(call("enrich", "s3:PutObject", roster))
    assert.isTrue(iam.wouldAllow(call("getMovies", "s3:PutObject", roster)))
    assert.isFalse(iam.wouldAllow(call("load", "s3:PutObject", roster)))
    assert.include(of(iam, ours.names.getMovies), "s3:PutObject")
    assert.strictEqual(iam.denied.length, 2)
  })

  it("that denies is never among the unused", () => {
    const iam = anAccount()
    iam.putRolePolicy(ours.names.load, "load-policy", document({ Effect: "Deny", Action: "s3:*", Resource: "*" }))
    assert.deepStrictEqual(of(iam, ours.names.load), [])
  })

  it("marked as one that only failures use is left out on demand, and told when it was used", () => {
    const iam = anAccount()
    const waits = { role: ours.names.enrich, action: "sqs:ChangeMessageVisibility", resource: arn.queue("movies") }
    assert.include(of(iam, ours.names.enrich), waits.action)
    assert.notInclude(of(iam, ours.names.enrich, false), waits.action)
    assert.include(of(iam, ours.names.enrich, false), "sqs:DeleteMessage")
    assert.deepStrictEqual(iam.usedFailureGrants(), [])
    iam.authorize(call("enrich", "sqs:DeleteMessage", arn.queue("movies")))
    iam.authorize(call("enrich", waits.action, waits.resource))
    assert.deepStrictEqual(iam.usedFailureGrants(), [waits])
    assert.notInclude(of(iam, ours.names.enrich), waits.action)
  })

  it("is unused again, and nothing denied, once the records are forgotten", () => {
    const iam = anAccount()
    const before = iam.unusedGrants()
    iam.authorize(call("load", "dynamodb:PutItem", arn.table("movies")))
    iam.authorize(call("load", "dynamodb:Scan", arn.table("movies")))
    assert.strictEqual(iam.unusedGrants().length, before.length - 1)
    iam.clearRecords()
    assert.deepStrictEqual(iam.unusedGrants(), before)
    assert.deepStrictEqual(iam.denied, [])
  })
})
