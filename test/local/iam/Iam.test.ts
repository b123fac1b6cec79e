import { assert, describe, it } from "@effect/vitest"
import { Iam, type IamRequest } from "../../../local/iam/Iam.ts"
import { account, arn, document } from "./testPolicies.ts"

const bucket = arn.bucket("movies")
const objects = `${bucket}/csv/*`
const put: IamRequest = {
  principalArn: arn.role("load"),
  action: "s3:PutObject",
  resources: [`${bucket}/csv/movies.csv`],
  context: { "aws:SecureTransport": "true" }
}

const trusting = (service: string, Condition: object) =>
  document({ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition })

const allow = { Effect: "Allow", Action: ["s3:PutObject", "s3:DeleteObject"], Resource: objects }
const changeVisibility = {
  Sid: "WhenFailing1",
  Effect: "Allow",
  Action: "sqs:ChangeMessageVisibility",
  Resource: arn.queue("loads")
}

const makeIam = (): Iam => {
  const iam = new Iam()
  const trust = trusting("lambda.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } })
  for (const name of ["load", "export"]) iam.putRole({ name, arn: arn.role(name), trust })
  iam.putRolePolicy("load", "load-policy", document(allow, changeVisibility))
  const Condition = { Bool: { "aws:SecureTransport": "false" } }
  const Resource = [bucket, `${bucket}/*`]
  iam.putBucketPolicy("movies", document({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource, Condition }))
  return iam
}

const unusedActions = (iam: Iam) => iam.unusedGrants().map(({ action }) => action)

describe("Iam", () => {
  it("rejects a malformed policy, and a policy of a role that does not exist", () => {
    const iam = makeIam()
    const malformed = document({ Effect: "Allow", NotAction: "s3:*", Resource: "*" })
    assert.throws(() => iam.putRole({ name: "r", arn: arn.role("r"), trust: malformed }), "MalformedPolicyDocument")
    assert.throws(() => iam.putRolePolicy("load", "p", malformed), "MalformedPolicyDocument")
    assert.throws(() => iam.putBucketPolicy("movies", malformed), "MalformedPolicyDocument")
    assert.throws(() => iam.putQueuePolicy(arn.queue("movies"), malformed), "MalformedPolicyDocument")
    assert.throws(() => iam.putRolePolicy("missing", "p", document(allow)), "NoSuchEntity")
  })

  it("rejects a resource's policy about another resource", () => {
    const statement = { Effect: "Allow", Principal: "*", Action: "*" }
    const iam = new Iam()
    const onBucket = document({ ...statement, Resource: `${bucket}-2/*` })
    assert.throws(() => iam.putBucketPolicy("movies", onBucket), "MalformedPolicy")
    const onQueue = document({ ...statement, Resource: arn.queue("loads") })
    assert.throws(() => iam.putQueuePolicy(arn.queue("movies"), onQueue), "MalformedPolicy")
  })

  it.each([
    ["allows the service and source that the trust policy names", "lambda.amazonaws.com", "load", account, true],
    ["denies another source account", "lambda.amazonaws.com", "load", "111111111111", false],
    ["denies another service", "scheduler.amazonaws.com", "load", account, false],
    ["denies a role that does not exist", "lambda.amazonaws.com", "missing", account, false]
  ])("%s to assume a role", (_, service, role, source, expected) => {
    const decision = makeIam().mayAssume(service, arn.role(role), { "aws:SourceAccount": source })
    assert.strictEqual(decision.allowed, expected)
  })

  it("records each denied call once, with AWS's message", () => {
    const iam = makeIam()
    const [object] = put.resources
    const fromExport = { ...put, principalArn: arn.role("export") }
    for (let attempt = 0; attempt < 3; attempt++) iam.authorize(fromExport)
    iam.authorize({ ...put, context: { "aws:SecureTransport": "false" } })
    iam.authorize({
      ...put,
      principalArn: "s3.amazonaws.com",
      action: "sqs:SendMessage",
      resources: [arn.queue("loads")]
    })
    assert.deepStrictEqual(
      iam.denied.map(({ message }) => message),
      [
        `User: ${arn.role("export")} is not authorized to perform: s3:PutObject on resource: "${object}" because no identity-based policy allows the s3:PutObject action`,
        `User: ${arn.role("load")} is not authorized to perform: s3:PutObject on resource: "${object}" with an explicit deny in a resource-based policy`,
        `User: s3.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${arn.queue("loads")} because no resource-based policy allows the sqs:SendMessage action`
      ]
    )
  })

  it("lists grants as unused until a call uses them, and again after the records are cleared", () => {
    const iam = makeIam()
    const unused = iam.unusedGrants()
    assert.isTrue(iam.authorize(put).allowed)
    assert.deepStrictEqual(iam.unusedGrants({ includeWhenFailing: false }), [
      { role: "load", action: "s3:DeleteObject", resource: objects }
    ])
    assert.deepStrictEqual(unusedActions(iam), ["s3:DeleteObject", "sqs:ChangeMessageVisibility"])
    iam.authorize({ ...put, principalArn: arn.role("export") })
    iam.clearRecords()
    assert.deepStrictEqual(iam.unusedGrants(), unused)
    assert.deepStrictEqual(iam.denied, [])
  })

  it("counts a grant as unused for a denied call, another role's call and a check without a call", () => {
    const iam = makeIam()
    assert.isFalse(iam.authorize({ ...put, context: { "aws:SecureTransport": "false" } }).allowed)
    assert.isFalse(iam.authorize({ ...put, principalArn: arn.role("export") }).allowed)
    assert.isTrue(iam.wouldAllow(put))
    assert.isFalse(iam.wouldAllow({ ...put, action: "s3:GetObject" }))
    assert.include(unusedActions(iam), "s3:PutObject")
    assert.strictEqual(iam.denied.length, 2)
  })

  it("lists unused grants by resource, with their conditions, and no Deny statement", () => {
    const iam = makeIam()
    const Condition = { StringLike: { "s3:prefix": ["x", "y"] }, Bool: { "aws:SecureTransport": "true" } }
    const statement = { ...allow, Action: "s3:Put*", Resource: [objects, `${bucket}/runs/*`], Condition }
    iam.putRolePolicy("load", "load-policy", document(statement, { Effect: "Deny", Action: "sqs:*", Resource: "*" }))
    iam.authorize({ ...put, context: { ...put.context, "s3:prefix": "x" } })
    assert.deepStrictEqual(iam.unusedGrants(), [
      {
        role: "load",
        action: "s3:Put*",
        resource: `${bucket}/runs/*`,
        condition: "StringLike s3:prefix x, y and Bool aws:securetransport true"
      }
    ])
  })
})
