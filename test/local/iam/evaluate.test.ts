import { assert, describe, it } from "@effect/vitest"
import { type AccessRequest, evaluate, type Policies } from "../../../local/iam/evaluate.ts"
import { arn, type Declared, identity, onResource } from "./policies.ts"

const enrich = { arn: arn.role("enrich") }
const s3 = { service: "s3.amazonaws.com" }
const movie = `${arn.bucket("movies")}/enriched/tt0111161.json`
const request: AccessRequest = { principal: enrich, action: "s3:PutObject", resources: [movie], context: {} }

const allow: Declared = { Effect: "Allow", Action: "s3:PutObject", Resource: `${arn.bucket("movies")}/enriched/*` }
const deny: Declared = { Effect: "Deny", Action: "s3:*", Resource: "*" }
const none: Policies = { identity: [], resource: [] }
const outcome = (asked: AccessRequest, policies: Partial<Policies>) => {
  const evaluation = evaluate(asked, { ...none, ...policies })
  return evaluation.allowed ? "allowed" : evaluation.why
}

describe("a request", () => {
  it("is denied where nothing is said of it", () => {
    assert.deepStrictEqual(evaluate(request, none), { allowed: false, why: "implicit deny", resource: movie })
    assert.strictEqual(
      outcome(request, { identity: [identity({ ...allow, Action: "s3:GetObject" })] }),
      "implicit deny"
    )
    assert.strictEqual(
      outcome(request, { identity: [identity({ ...allow, Resource: arn.bucket("movies") })] }),
      "implicit deny"
    )
  })

  it("of a role is allowed by its own policy alone, as on a bucket outside the stack", () => {
    assert.strictEqual(outcome(request, { identity: [identity(allow)] }), "allowed")
  })

  it("of a role is allowed by the resource's policy alone, if that means it", () => {
    const naming = (role: string) => [onResource({ ...allow, Principal: { AWS: arn.role(role) } })]
    assert.strictEqual(outcome(request, { resource: naming("enrich") }), "allowed")
    assert.strictEqual(outcome(request, { resource: naming("export") }), "implicit deny")
    assert.strictEqual(outcome(request, { resource: [onResource({ ...allow, Principal: "*" })] }), "allowed")
  })

  it("of a service is allowed by the resource's policy only", () => {
    const asked = { ...request, principal: s3 }
    assert.strictEqual(outcome(asked, { identity: [identity(allow)] }), "implicit deny")
    assert.strictEqual(
      outcome(asked, { resource: [onResource({ ...allow, Principal: { Service: s3.service } })] }),
      "allowed"
    )
    assert.strictEqual(
      outcome(asked, { resource: [onResource({ ...allow, Principal: { Service: "sns.amazonaws.com" } })] }),
      "implicit deny"
    )
  })

  it("is denied by one statement, whoever else allows it, and is told by which", () => {
    const policies = { identity: [identity(allow)], resource: [onResource({ ...deny, Sid: "No", Principal: "*" })] }
    const evaluation = evaluate(request, policies)
    assert.isTrue(!evaluation.allowed && evaluation.why === "explicit deny" && evaluation.by.statement.sid === "No")
    assert.strictEqual(outcome(request, { identity: [identity(allow), identity(deny)] }), "explicit deny")
  })

  it("for several resources is allowed on each or not at all", () => {
    const csv = `${arn.bucket("movies")}/csv/movies.csv`
    const asked = { ...request, resources: [movie, csv] }
    assert.deepStrictEqual(evaluate(asked, { ...none, identity: [identity(allow)] }), {
      allowed: false,
      why: "implicit deny",
      resource: csv
    })
    const both = identity(allow, { ...allow, Resource: csv })
    assert.strictEqual(outcome(asked, { identity: [both] }), "allowed")
    assert.strictEqual(outcome(asked, { identity: [both, identity({ ...deny, Resource: csv })] }), "explicit deny")
  })

  it("for no resource is denied", () => {
    assert.strictEqual(
      outcome({ ...request, resources: [] }, { identity: [identity({ ...allow, Resource: "*" })] }),
      "implicit deny"
    )
  })

  it("is told by which statement, action and resource it is allowed", () => {
    const policy = identity({
      ...allow,
      Action: ["s3:GetObject", "s3:Put*"],
      Resource: [movie, arn.bucket("movies"), "*"]
    })
    const evaluation = evaluate(request, { ...none, identity: [policy] })
    const [match] = evaluation.allowed ? evaluation.by : []
    assert.strictEqual(match?.statement, policy.statements[0])
    assert.deepStrictEqual(match?.actions, ["s3:Put*"])
    assert.deepStrictEqual(match?.resources, [movie, "*"])
  })
})
