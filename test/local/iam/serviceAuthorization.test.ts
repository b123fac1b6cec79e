import { assert, describe, it } from "@effect/vitest"
import { Iam } from "../../../local/iam/Iam.ts"
import { makeServiceAuthorization } from "../../../local/iam/serviceAuthorization.ts"
import { servicePrincipal } from "../../../local/lambda/PlatformContext.ts"
import { account, arn, document, region } from "./testPolicies.ts"

const location = { region, accountId: account }
const scheduleRole = arn.role("daily-role")
const target = arn.function("GetMoviesAndSendToQueue")
const loads = arn.queue("loads")
const log = { roleArn: scheduleRole, logGroup: "GetMovies-logs", logStream: "2026/11/21/[$LATEST]0a1b" }

const makeIam = (): Iam => {
  const iam = new Iam()
  const sourceAccount = { "aws:SourceAccount": account }
  const trusting = (Service: string, Condition: object) =>
    document({ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole", Condition })
  iam.putRole({
    name: "daily-role",
    arn: scheduleRole,
    trust: trusting("scheduler.amazonaws.com", {
      StringEquals: sourceAccount,
      ArnEquals: { "aws:SourceArn": `arn:aws:scheduler:${region}:${account}:schedule-group/default` }
    })
  })
  const invoke = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: target }
  const putEvents = { Effect: "Allow", Action: "logs:PutLogEvents", Resource: arn.log(log.logGroup, "*") }
  iam.putRolePolicy("daily-role", "daily-policy", document(invoke, putEvents))
  const trust = trusting("lambda.amazonaws.com", { StringEquals: sourceAccount })
  iam.putRole({ name: "enrich-role", arn: arn.role("enrich-role"), trust })
  iam.putRolePolicy("enrich-role", "enrich-policy", document(invoke))
  iam.putQueuePolicy(
    loads,
    document({
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: loads,
      Condition: { ArnEquals: { "aws:SourceArn": arn.bucket("movies") }, StringEquals: sourceAccount }
    })
  )
  return iam
}

describe("a call of S3 on behalf of a bucket", () => {
  const from = (bucket: string) =>
    ({
      principalArn: servicePrincipal("s3.amazonaws.com", arn.bucket(bucket)),
      service: "sqs",
      action: "sqs:SendMessage",
      resources: [loads],
      context: { "aws:PrincipalAccount": account, "aws:SecureTransport": "true" }
    }) as const

  it("has the source keys of the bucket and of the account", () => {
    const iam = makeIam()
    const { authorize } = makeServiceAuthorization(iam, location)
    assert.isTrue(authorize(from("movies")).allowed)
    assert.isFalse(authorize(from("another")).allowed)
    assert.deepStrictEqual(
      iam.denied.map(({ principal }) => principal),
      ["s3.amazonaws.com"]
    )
    const elsewhere = makeServiceAuthorization(iam, { ...location, accountId: "111111111111" })
    assert.isFalse(elsewhere.authorize(from("movies")).allowed)
  })

  it("has no principal keys", () => {
    const iam = makeIam()
    const Condition = { StringEquals: { "aws:PrincipalAccount": account } }
    iam.putQueuePolicy(
      loads,
      document({ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: loads, Condition })
    )
    const { authorize } = makeServiceAuthorization(iam, location)
    assert.isTrue(authorize({ ...from("movies"), principalArn: arn.role("enrich-role") }).allowed)
    assert.isFalse(authorize(from("movies")).allowed)
  })
})

describe("a schedule", () => {
  it.each([
    ["invokes its target with its role", location, scheduleRole, target, true],
    ["does not invoke another function", location, scheduleRole, arn.function("EnrichAndStoreMovie"), false],
    ["does not assume a role that trusts another service", location, arn.role("enrich-role"), target, false],
    ["does not assume the role from another account", { ...location, accountId: "1" }, scheduleRole, target, false],
    [
      "does not assume the role from another schedule group",
      { ...location, region: "eu-west-1" },
      scheduleRole,
      target,
      false
    ]
  ])("%s", (_, from, roleArn, functionArn, expected) => {
    assert.strictEqual(makeServiceAuthorization(makeIam(), from).mayInvoke(roleArn, functionArn).allowed, expected)
  })
})

describe("a function's log", () => {
  it("needs the permission for each action on the stream of its own group", () => {
    const iam = makeIam()
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
