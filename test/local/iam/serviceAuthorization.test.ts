import { assert, describe, it } from "@effect/vitest"
import { makeServiceAuthorization } from "../../../local/iam/serviceAuthorization.ts"
import { servicePrincipal } from "../../../local/lambda/PlatformContext.ts"
import { anAccount, call } from "./account.ts"
import * as ours from "./ours.ts"
import { account, arn, document, region } from "./policies.ts"

const place = { region, accountId: account }
const daily = arn.role(ours.names.daily)
const getMovies = arn.role(ours.names.getMovies)
const target = arn.function("GetMoviesAndSendToQueue")

describe("a call at the gateway", () => {
  const s3For = (bucket: string) => servicePrincipal("s3.amazonaws.com", arn.bucket(bucket))
  const sent = { ...call("enrich", "sqs:SendMessage", arn.queue("loads")), service: "sqs" } as const

  it("by S3 is made for a bucket of this account, under no role", () => {
    const iam = anAccount()
    const { authorize } = makeServiceAuthorization(iam, place)
    assert.isTrue(authorize({ ...sent, principalArn: s3For(ours.names.bucket) }).allowed)
    assert.isFalse(authorize({ ...sent, principalArn: s3For("another") }).allowed)
    assert.deepStrictEqual(
      iam.denied.map(({ principal }) => principal),
      ["s3.amazonaws.com"]
    )
    const { authorize: elsewhere } = makeServiceAuthorization(iam, { ...place, accountId: "111111111111" })
    assert.isFalse(elsewhere({ ...sent, principalArn: s3For(ours.names.bucket) }).allowed)
  })

  it("by a service has no keys of a principal in it", () => {
    const iam = anAccount()
    const Condition = { StringEquals: { "aws:PrincipalAccount": account } }
    const statement = { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: arn.queue("loads"), Condition }
    iam.putQueuePolicy(arn.queue("loads"), document(statement))
    const { authorize } = makeServiceAuthorization(iam, place)
    assert.isTrue(authorize(sent).allowed)
    assert.isFalse(authorize({ ...sent, principalArn: s3For(ours.names.bucket) }).allowed)
  })
})

describe("the schedule", () => {
  it("invokes its target as its role, which it may assume for its account", () => {
    const iam = anAccount()
    assert.isTrue(makeServiceAuthorization(iam, place).mayInvoke(daily, target).allowed)
    assert.notInclude(
      iam.unusedGrants().map(({ action }) => action),
      "lambda:InvokeFunction"
    )
  })

  it("invokes nothing else, and nothing as a role of another trust", () => {
    const iam = anAccount()
    const { mayInvoke } = makeServiceAuthorization(iam, place)
    assert.isFalse(mayInvoke(daily, arn.function("EnrichAndStoreMovie")).allowed)
    assert.isFalse(mayInvoke(getMovies, target).allowed)
    assert.deepStrictEqual(
      iam.denied.map(({ principal, action, resource }) => ({ principal, action, resource })),
      [
        { principal: daily, action: "lambda:InvokeFunction", resource: arn.function("EnrichAndStoreMovie") },
        { principal: "scheduler.amazonaws.com", action: "sts:AssumeRole", resource: getMovies }
      ]
    )
  })

  it("invokes nothing for another account", () => {
    const { mayInvoke } = makeServiceAuthorization(anAccount(), { ...place, accountId: "111111111111" })
    assert.isFalse(mayInvoke(daily, target).allowed)
  })

  it("is known to its role by its group", () => {
    const iam = anAccount()
    iam.putRole({ name: "daily-role", arn: daily, trust: ours.trust.schedulerOfTheGroup })
    iam.putRolePolicy("daily-role", "daily-policy", ours.daily)
    assert.isTrue(makeServiceAuthorization(iam, place).mayInvoke(daily, target).allowed)
    assert.isFalse(makeServiceAuthorization(iam, { ...place, region: "eu-west-1" }).mayInvoke(daily, target).allowed)
  })
})

describe("a function's log", () => {
  const log = { roleArn: getMovies, logGroup: "GetMoviesAndSendToQueue-logs", logStream: "2026/11/21/[$LATEST]0a1b" }

  it("is written under the function's role, to its own group", () => {
    const iam = anAccount()
    const { mayWriteLog: writesLog } = makeServiceAuthorization(iam, place)
    assert.isTrue(writesLog("CreateLogStream", log).allowed)
    assert.isTrue(writesLog("PutLogEvents", log).allowed)
    assert.isFalse(writesLog("PutLogEvents", { ...log, logGroup: "/aws/lambda/GetMoviesAndSendToQueue" }).allowed)
    const unused = iam.unusedGrants().filter(({ role }) => role === ours.names.getMovies)
    assert.isEmpty(unused.filter(({ action }) => action.startsWith("logs:")))
  })

  it("needs both permissions, and tells of the one that is missing", () => {
    const iam = anAccount()
    const Resource = arn.log(log.logGroup, "*")
    const statement = { Effect: "Allow", Action: "logs:PutLogEvents", Resource }
    iam.putRolePolicy(ours.names.getMovies, "getMovies-policy", document(statement))
    const { mayWriteLog: writesLog } = makeServiceAuthorization(iam, place)
    assert.isTrue(writesLog("PutLogEvents", log).allowed)
    assert.isFalse(writesLog("CreateLogStream", log).allowed)
    assert.deepStrictEqual(
      iam.denied.map(({ message }) => message),
      [
        `User: ${getMovies} is not authorized to perform: logs:CreateLogStream on resource: ` +
          `${arn.log(log.logGroup, log.logStream)} ` +
          "because no identity-based policy allows the logs:CreateLogStream action"
      ]
    )
  })
})
