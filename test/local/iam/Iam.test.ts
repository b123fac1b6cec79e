import { assert, describe, it } from "@effect/vitest"
import { Iam, type IamRequest } from "../../../local/iam/Iam.ts"
import { makeServiceAuthorization } from "../../../local/iam/serviceAuthorization.ts"
import { servicePrincipal } from "../../../local/lambda/PlatformContext.ts"
import { account, arn, document, region } from "./testPolicies.ts"

const bucket = arn.bucket("movies")
const objects = `${bucket}/csv/*`
const loads = arn.queue("loads")
const scheduleRole = arn.role("daily")
const target = arn.function("GetMoviesAndSendToQueue")
const log = { roleArn: scheduleRole, logGroup: "GetMovies-logs", logStream: "2026/11/21/[$LATEST]0a1b" }
const location = { region, accountId: account }
const put: IamRequest = {
  principalArn: arn.role("load"),
  action: "s3:PutObject",
  resources: [`${bucket}/csv/movies.csv`],
  context: { "aws:SecureTransport": "true" }
}
const insecurePut = { ...put, context: { "aws:SecureTransport": "false" } }
const putByExport = { ...put, principalArn: arn.role("export") }

const allow = { Effect: "Allow", Action: ["s3:PutObject", "s3:DeleteObject"], Resource: objects }
const changeVisibility = {
  Sid: "WhenFailing1",
  Effect: "Allow",
  Action: "sqs:ChangeMessageVisibility",
  Resource: loads
}
const invoke = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: target }
const putEvents = { Effect: "Allow", Action: "logs:PutLogEvents", Resource: arn.log(log.logGroup, "*") }

const ofThisAccount = { "aws:SourceAccount": account }
const trusting = (Service: string, Condition: object) =>
  document({ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole", Condition })

/** A bucket that requires TLS and notifies a queue, the roles of two functions, and the role of a schedule. */
const makeIam = (): Iam => {
  const iam = new Iam()
  const trust = trusting("lambda.amazonaws.com", { StringEquals: ofThisAccount })
  for (const name of ["load", "export"]) iam.putRole({ name, arn: arn.role(name), trust })
  iam.putRolePolicy("load", "load-policy", document(allow, changeVisibility))
  const withoutTls = { Bool: { "aws:SecureTransport": "false" } }
  const everything = { Action: "s3:*", Resource: [bucket, `${bucket}/*`] }
  iam.putBucketPolicy("movies", document({ Effect: "Deny", Principal: "*", ...everything, Condition: withoutTls }))
  const fromBucket = { ArnEquals: { "aws:SourceArn": bucket }, StringEquals: ofThisAccount }
  const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: loads, Condition: fromBucket }
  iam.putQueuePolicy(loads, document({ ...send, Principal: { Service: "s3.amazonaws.com" } }))
  return iam
}

const putScheduleRole = (iam: Iam): void => {
  const group = { "aws:SourceArn": `arn:aws:scheduler:${region}:${account}:schedule-group/default` }
  const trust = trusting("scheduler.amazonaws.com", { StringEquals: ofThisAccount, ArnEquals: group })
  iam.putRole({ name: "daily", arn: scheduleRole, trust })
  iam.putRolePolicy("daily", "daily-policy", document(invoke, putEvents))
  iam.putRolePolicy("export", "export-policy", document(invoke))
}

describe("Iam", () => {
  it("rejects a malformed policy, a policy of a role that does not exist and one about another resource", () => {
    const iam = makeIam()
    const malformed = document({ Effect: "Allow", NotAction: "s3:*", Resource: "*" })
    assert.throws(() => iam.putRole({ name: "r", arn: arn.role("r"), trust: malformed }), "MalformedPolicyDocument")
    assert.throws(() => iam.putRolePolicy("load", "p", malformed), "MalformedPolicyDocument")
    assert.throws(() => iam.putRolePolicy("missing", "p", document(allow)), "NoSuchEntity")
    assert.throws(() => iam.putBucketPolicy("movies", malformed), "MalformedPolicyDocument")
    const allowAll = (Resource: string) => document({ Effect: "Allow", Principal: "*", Action: "*", Resource })
    assert.throws(() => iam.putBucketPolicy("movies", allowAll(`${bucket}-2/*`)), "MalformedPolicy:")
    assert.throws(() => iam.putQueuePolicy(arn.queue("movies"), allowAll(loads)), "MalformedPolicy:")
  })

  it("records each denied call once, with AWS's message", () => {
    const iam = makeIam()
    const [object] = put.resources
    for (let attempt = 0; attempt < 3; attempt++) iam.authorize(putByExport)
    iam.authorize(insecurePut)
    iam.authorize({ ...put, principalArn: "s3.amazonaws.com", action: "sqs:SendMessage", resources: [loads] })
    assert.deepStrictEqual(
      iam.denied.map(({ message }) => message),
      [
        `User: ${arn.role("export")} is not authorized to perform: s3:PutObject on resource: "${object}" because no identity-based policy allows the s3:PutObject action`,
        `User: ${arn.role("load")} is not authorized to perform: s3:PutObject on resource: "${object}" with an explicit deny in a resource-based policy`,
        `User: s3.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${loads} because no resource-based policy allows the sqs:SendMessage action`
      ]
    )
  })

  it("lists a grant as unused until the role's call is allowed by it, and again after the records are cleared", () => {
    const iam = makeIam()
    const unused = iam.unusedGrants()
    assert.isFalse(iam.authorize(insecurePut).allowed)
    assert.isFalse(iam.authorize(putByExport).allowed)
    assert.isTrue(iam.wouldAllow(put))
    assert.isFalse(iam.wouldAllow({ ...put, action: "s3:GetObject" }))
    assert.deepStrictEqual(iam.unusedGrants(), unused)
    assert.strictEqual(iam.denied.length, 2)

    assert.isTrue(iam.authorize(put).allowed)
    const left = { role: "load", action: "s3:DeleteObject", resource: objects }
    assert.deepStrictEqual(iam.unusedGrants({ includeWhenFailing: false }), [left])
    assert.deepStrictEqual(iam.unusedGrants(), [
      left,
      { role: "load", action: "sqs:ChangeMessageVisibility", resource: loads }
    ])
    iam.clearRecords()
    assert.deepStrictEqual(iam.unusedGrants(), unused)
    assert.deepStrictEqual(iam.denied, [])
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

describe("makeServiceAuthorization", () => {
  const sendFrom = (source: string) =>
    ({
      principalArn: servicePrincipal("s3.amazonaws.com", arn.bucket(source)),
      service: "sqs",
      action: "sqs:SendMessage",
      resources: [loads],
      context: { "aws:PrincipalAccount": account, "aws:SecureTransport": "true" }
    }) as const

  it("gives a call of S3 the source keys of the bucket and of the account, and no principal keys", () => {
    const iam = makeIam()
    const { authorize } = makeServiceAuthorization(iam, location)
    assert.isTrue(authorize(sendFrom("movies")).allowed)
    assert.isFalse(authorize(sendFrom("another")).allowed)
    assert.deepInclude(iam.denied[0], { principal: "s3.amazonaws.com" })
    const fromElsewhere = makeServiceAuthorization(iam, { ...location, accountId: "111111111111" })
    assert.isFalse(fromElsewhere.authorize(sendFrom("movies")).allowed)

    const Condition = { StringEquals: { "aws:PrincipalAccount": account } }
    const allowAll = { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: loads, Condition }
    iam.putQueuePolicy(loads, document(allowAll))
    assert.isTrue(authorize({ ...sendFrom("movies"), principalArn: arn.role("export") }).allowed)
    assert.isFalse(authorize(sendFrom("movies")).allowed)
  })

  it.each([
    ["invokes its target with its role", location, scheduleRole, target, true],
    ["does not invoke another function", location, scheduleRole, arn.function("EnrichAndStoreMovie"), false],
    ["does not assume a role that trusts another service", location, arn.role("export"), target, false],
    ["does not assume a role that does not exist", location, arn.role("missing"), target, false],
    ["does not assume the role from another account", { ...location, accountId: "1" }, scheduleRole, target, false],
    ["does not assume the role from another group", { ...location, region: "eu-west-1" }, scheduleRole, target, false]
  ])("a schedule %s", (_, from, roleArn, functionArn, expected) => {
    const iam = makeIam()
    putScheduleRole(iam)
    assert.strictEqual(makeServiceAuthorization(iam, from).mayInvoke(roleArn, functionArn).allowed, expected)
  })

  it("allows a function's log each action on the stream of its own group only", () => {
    const iam = makeIam()
    putScheduleRole(iam)
    const { mayWriteLog } = makeServiceAuthorization(iam, location)
    assert.isTrue(mayWriteLog("PutLogEvents", log).allowed)
    assert.isFalse(mayWriteLog("PutLogEvents", { ...log, logGroup: "/aws/lambda/GetMovies" }).allowed)
    assert.isFalse(mayWriteLog("CreateLogStream", log).allowed)
    assert.deepStrictEqual(
      iam.denied.map(({ action, resource }) => [action, resource]),
      [
        ["logs:PutLogEvents", arn.log("/aws/lambda/GetMovies", log.logStream)],
        ["logs:CreateLogStream", arn.log(log.logGroup, log.logStream)]
      ]
    )
  })
})
