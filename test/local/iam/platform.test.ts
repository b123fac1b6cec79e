import { assert, describe, it } from "@effect/vitest"
import { makePlatform } from "../../../local/iam/platform.ts"
import { anAccount } from "./account.ts"
import * as ours from "./ours.ts"
import { account, arn, document, region } from "./policies.ts"

const place = { region, accountId: account }
const daily = arn.role(ours.names.daily)
const getMovies = arn.role(ours.names.getMovies)
const target = arn.function("GetMoviesAndSendToQueue")

describe("the schedule", () => {
  it("invokes its target as its role, which it may assume for its account", () => {
    const iam = anAccount()
    assert.isTrue(makePlatform(iam, place).mayInvoke(daily, target).allowed)
    assert.notInclude(
      iam.unusedGrants().map(({ action }) => action),
      "lambda:InvokeFunction"
    )
  })

  it("invokes nothing else, and nothing as a role of another trust", () => {
    const iam = anAccount()
    const { mayInvoke } = makePlatform(iam, place)
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
    const { mayInvoke } = makePlatform(anAccount(), { ...place, accountId: "111111111111" })
    assert.isFalse(mayInvoke(daily, target).allowed)
  })

  it("is known to its role by its group", () => {
    const iam = anAccount()
    iam.putRole({ name: "daily-role", arn: daily, trust: ours.trust.schedulerOfTheGroup })
    iam.putRolePolicy("daily-role", "daily-policy", ours.daily)
    assert.isTrue(makePlatform(iam, place).mayInvoke(daily, target).allowed)
    assert.isFalse(makePlatform(iam, { ...place, region: "eu-west-1" }).mayInvoke(daily, target).allowed)
  })
})

describe("a function's log", () => {
  const stream = "2026/11/21/[$LATEST]0a1b"

  it("is written under the function's role, to its own group", () => {
    const iam = anAccount()
    const { createLogStream, putLogEvents } = makePlatform(iam, place)
    assert.isTrue(createLogStream(getMovies, "GetMoviesAndSendToQueue-logs", stream).allowed)
    assert.isTrue(putLogEvents(getMovies, "GetMoviesAndSendToQueue-logs", stream).allowed)
    assert.isFalse(putLogEvents(getMovies, "/aws/lambda/GetMoviesAndSendToQueue", stream).allowed)
    const unused = iam.unusedGrants().filter(({ role }) => role === ours.names.getMovies)
    assert.isEmpty(unused.filter(({ action }) => action.startsWith("logs:")))
  })

  it("needs both permissions, and tells of the one that is missing", () => {
    const iam = anAccount()
    const Resource = arn.log("GetMoviesAndSendToQueue-logs", "*")
    const statement = { Effect: "Allow", Action: "logs:PutLogEvents", Resource }
    iam.putRolePolicy(ours.names.getMovies, "getMovies-policy", document(statement))
    const { createLogStream, putLogEvents } = makePlatform(iam, place)
    assert.isTrue(putLogEvents(getMovies, "GetMoviesAndSendToQueue-logs", stream).allowed)
    assert.isFalse(createLogStream(getMovies, "GetMoviesAndSendToQueue-logs", stream).allowed)
    assert.deepStrictEqual(
      iam.denied.map(({ message }) => message),
      [
        `User: ${getMovies} is not authorized to perform: logs:CreateLogStream on resource: ` +
          `${arn.log("GetMoviesAndSendToQueue-logs", stream)} ` +
          "because no identity-based policy allows the logs:CreateLogStream action"
      ]
    )
  })
})
