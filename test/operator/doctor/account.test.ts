import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Account, AccountUnreadable } from "../../../operator/aws/Account.ts"
import { checkConcurrency, neededConcurrency } from "../../../operator/doctor/account.ts"
import { checkAlarms, checkSubscriptions } from "../../../operator/doctor/alarms.ts"
import { checkOmdbQuota } from "../../../operator/doctor/omdb.ts"
import { checkSchedule } from "../../../operator/doctor/schedule.ts"
import { checkTriggers } from "../../../operator/doctor/triggers.ts"
import { Stack } from "../../../operator/Stack.ts"
import { declaredProgram } from "../../infra/declaredProgram.ts"
import { fakeAws, jsonError, jsonReply } from "../../support/FakeAws.ts"
import { stackOutputs, stackWithoutResources } from "../exampleStack.ts"

const unused = Effect.die("not used")
/** Checks against an account of which one part is replaced. */
const withAccount = <A, E>(check: Effect.Effect<A, E, Account | Stack>, part: Partial<Account["Service"]>) =>
  check.pipe(
    Effect.provideService(
      Account,
      Account.of({
        concurrency: unused,
        schedule: () => unused,
        mappingStates: () => unused,
        notifiedPrefixes: () => unused,
        alarmsOf: () => unused,
        subscriptions: () => unused,
        omdbCalls: () => unused,
        ...part
      })
    ),
    Effect.provide(stackWithoutResources)
  )
const unknown = new AccountUnreadable({ detail: "InternalServerError: no", isMissing: false })
const denied = new AccountUnreadable({ detail: "AccessDenied: no", isMissing: false })

describe("checkConcurrency", () => {
  it.effect.each([
    [1_000, "ok"],
    [neededConcurrency, "ok"],
    [neededConcurrency - 1, "warning"]
  ] as const)("finds with %s free invocations: %s", ([unreserved, state]) =>
    Effect.gen(function* () {
      const concurrency = Effect.succeed({ limit: 1_000, unreserved })
      assert.strictEqual((yield* withAccount(checkConcurrency, { concurrency })).state, state)
    })
  )

  it("needs what the program declares", async () => {
    const mappings = (await declaredProgram()).resources.filter(({ type }) => type.endsWith(":EventSourceMapping"))
    // A mapping without a limit has one message a run.
    const atOnce = mappings.map(({ inputs }) => Number(Object(inputs["scalingConfig"] ?? {}).maximumConcurrency ?? 1))
    assert.strictEqual(neededConcurrency, 1 + atOnce.reduce((sum, each) => sum + each, 0))
  })
})

describe("checkSchedule", () => {
  const state = { enabled: true, expression: "cron(0 6 * * ? *)", timeZone: "Europe/Berlin" }
  const check = (found: Effect.Effect<typeof state, AccountUnreadable>) =>
    withAccount(checkSchedule(false), { schedule: () => found })
  const missing = new AccountUnreadable({ detail: "ResourceNotFoundException: none", isMissing: true })

  it.effect("shows an enabled schedule in words, with its next three times", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-21T06:00:00Z"))
      const times = "2026-11-22T06:00+01:00, 2026-11-23T06:00+01:00, 2026-11-24T06:00+01:00"
      assert.deepStrictEqual(yield* check(Effect.succeed(state)), {
        check: "Schedule",
        state: "ok",
        detail: `At 06:00, every day, Europe/Berlin; next: ${times}`
      })
    })
  )

  it.effect.each([
    [
      Effect.succeed({ ...state, enabled: false }),
      "failed",
      /^it is disabled, although/,
      /^npm run pulumi -- refresh --stack dev/
    ],
    [Effect.fail(missing), "failed", /^daily-1234567 does not exist$/, /refresh/],
    [Effect.fail(denied), "failed", /^AccessDenied/, /^The credentials do not permit this/],
    [Effect.fail(unknown), "failed", /^InternalServerError/, /^Try again/],
    [
      Effect.succeed({ ...state, expression: "rate(12 hours)" }),
      "ok",
      /^Every 12 hours, Europe\/Berlin; its times are not known/,
      undefined
    ]
  ] as const)("finds of %j: %s", ([found, expected, detail, remedy]) =>
    Effect.gen(function* () {
      const finding = yield* check(found)
      assert.strictEqual(finding.state, expected)
      assert.match(finding.detail, detail)
      if (remedy === undefined) assert.isUndefined(finding.remedy)
      else assert.match(`${finding.remedy}`, remedy)
    })
  )

  it.effect("warns of a pause", () =>
    Effect.gen(function* () {
      const schedule = () => Effect.succeed({ ...state, enabled: false })
      const stack = yield* Stack
      const paused = Stack.of({ ...stack, outputs: { ...stackOutputs, schedulePaused: true } })
      const check = checkSchedule(false).pipe(Effect.provideService(Stack, paused))
      const { state: found, remedy } = yield* withAccount(check, { schedule })
      assert.deepStrictEqual([found, remedy], ["warning", "npm run etl -- resume --stack dev"])
    }).pipe(Effect.provide(stackWithoutResources))
  )
})

describe("checkTriggers", () => {
  const prefixes = ["csv/", "runs/"]
  it.effect.each([
    [["Enabled"], prefixes, "ok", "each function with a queue is invoked, and S3 notifies of csv/ and runs/"],
    [["Disabled"], prefixes, "failed", "EnrichAndStoreMovie has no enabled event source mapping (Disabled)"],
    [[], prefixes, "failed", "EnrichAndStoreMovie has no enabled event source mapping (none)"],
    [["Enabled"], ["runs/"], "failed", "S3 does not notify of new objects under csv/"]
  ] as const)("finds of the mappings %j and the notifications %j: %s", ([states, notified, state, detail]) =>
    Effect.gen(function* () {
      const stack = yield* Stack
      const functions = { ...stackOutputs.functions, EnrichAndStoreMovie: "EnrichAndStoreMovie-1" }
      const withQueue = Stack.of({ ...stack, outputs: { ...stackOutputs, functions } })
      const finding = yield* withAccount(checkTriggers(false).pipe(Effect.provideService(Stack, withQueue)), {
        mappingStates: (name) => (name === "EnrichAndStoreMovie-1" ? Effect.succeed(states) : unused),
        notifiedPrefixes: () => Effect.succeed(notified)
      })
      assert.deepInclude(finding, { state, detail })
    }).pipe(Effect.provide(stackWithoutResources))
  )
})

describe("checkAlarms and checkSubscriptions", () => {
  const alarm = { name: "gaps", state: "OK", enabled: true }
  it.effect.each([
    [[alarm, { ...alarm, state: "INSUFFICIENT_DATA" }], "ok", "2 alarms in force, none is on"],
    [[], "failed", "no alarm notifies the alarm topic"],
    [[alarm, { ...alarm, name: "off", enabled: false }], "failed", "their actions are disabled: off"],
    [[alarm, { ...alarm, name: "quota", state: "ALARM" }], "warning", "on: quota"]
  ] as const)("find of the alarms %j: %s", ([alarms, state, detail]) =>
    Effect.gen(function* () {
      const finding = yield* withAccount(checkAlarms(false), { alarmsOf: () => Effect.succeed(alarms) })
      assert.deepInclude(finding, { state, detail })
    })
  )

  const [you, other] = [
    { endpoint: "you@example.com", confirmed: true },
    { endpoint: "other@example.com", confirmed: false }
  ]
  it.effect.each([
    ["alarmTopic", [you], "ok", "confirmed: you@example.com"],
    ["datasetTopic", [you, other], "failed", "not confirmed, so no message arrives: other@example.com"],
    ["alarmTopic", [], "warning", "no one receives the alarms"],
    ["datasetTopic", [], "ok", "none"]
  ] as const)("find of the subscriptions of %s, %j: %s", ([topic, all, state, detail]) =>
    Effect.gen(function* () {
      const subscriptions = (arn: string) => (arn === stackOutputs[topic] ? Effect.succeed(all) : unused)
      const finding = yield* withAccount(checkSubscriptions(topic, false), { subscriptions })
      assert.deepInclude(finding, { state, detail })
    })
  )
})

describe("checkOmdbQuota", () => {
  it.effect.each([
    [10, "ok"],
    [950, "warning"]
  ] as const)("finds after %s requests: %s", ([calls, state]) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-21T06:30:00Z"))
      const asked: Array<unknown> = []
      const omdbCalls = (...args: ReadonlyArray<unknown>) =>
        Effect.as(
          Effect.sync(() => asked.push(args)),
          calls
        )
      const finding = yield* withAccount(checkOmdbQuota("dev"), { omdbCalls })
      assert.strictEqual(finding.state, state)
      assert.deepStrictEqual(asked, [["dev", new Date("2026-11-21T00:00:00Z"), new Date("2026-11-21T06:30:00Z")]])
    })
  )
})

describe("Account", () => {
  const topic = stackOutputs.alarmTopic
  const subscriptions = (list: string) =>
    `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${list}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`
  const member = (endpoint: string, arn: string) =>
    `<member><Endpoint>${endpoint}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`

  it.live.each<
    [string, object | string, (account: Account["Service"]) => Effect.Effect<unknown, AccountUnreadable>, unknown]
  >([
    [
      "the free concurrency",
      { AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 8 } },
      ({ concurrency }) => concurrency,
      { limit: 10, unreserved: 8 }
    ],
    [
      "the schedule",
      { State: "ENABLED", ScheduleExpression: "cron(0 6 * * ? *)", ScheduleExpressionTimezone: "Europe/Berlin" },
      ({ schedule }) => schedule("daily"),
      { enabled: true, expression: "cron(0 6 * * ? *)", timeZone: "Europe/Berlin" }
    ],
    [
      "the alarms of the topic only",
      {
        MetricAlarms: [
          { AlarmName: "gaps", StateValue: "OK", ActionsEnabled: true, AlarmActions: [topic] },
          { AlarmName: "other", StateValue: "ALARM", ActionsEnabled: true, AlarmActions: ["arn:other"] }
        ]
      },
      ({ alarmsOf }) => alarmsOf(topic),
      [{ name: "gaps", state: "OK", enabled: true }]
    ],
    [
      "the subscriptions",
      subscriptions(member("a@example.com", "PendingConfirmation") + member("b@example.com", `${topic}:1`)),
      ({ subscriptions }) => subscriptions(topic),
      [
        { endpoint: "a@example.com", confirmed: false },
        { endpoint: "b@example.com", confirmed: true }
      ]
    ],
    [
      "the calls of OMDb",
      { Datapoints: [{ Sum: 10 }, { Sum: 5 }] },
      ({ omdbCalls }) => omdbCalls("dev", new Date(0), new Date(1)),
      15
    ],
    [
      "the event source mappings",
      { EventSourceMappings: [{ State: "Enabled" }, { State: "Disabled" }] },
      ({ mappingStates }) => mappingStates("EnrichAndStoreMovie-1"),
      ["Enabled", "Disabled"]
    ],
    [
      "the bucket's notifications",
      `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><QueueConfiguration><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value>csv/</Value></FilterRule><FilterRule><Name>Suffix</Name><Value>.csv</Value></FilterRule></S3Key></Filter><Queue>arn</Queue></QueueConfiguration></NotificationConfiguration>`,
      ({ notifiedPrefixes }) => notifiedPrefixes("movies-1234567"),
      ["csv/"]
    ]
  ])("reads %s", ([, reply, read, expected]) =>
    Effect.gen(function* () {
      yield* fakeAws(
        typeof reply === "string" ? { headers: { "content-type": "text/xml" }, body: reply } : jsonReply(reply)
      )
      const found = yield* Account.use(read).pipe(Effect.provide(Account.layer))
      assert.deepStrictEqual(found, expected)
    }).pipe(Effect.scoped)
  )

  it.live("fails with AWS's error, and with whether there is no such schedule", () =>
    Effect.gen(function* () {
      const missing = jsonError("ResourceNotFoundException", "Schedule daily does not exist.", 404)
      yield* fakeAws({ ...missing, headers: { ...missing.headers, "x-amzn-errortype": "ResourceNotFoundException" } })
      const error = yield* Effect.flip(Account.use(({ schedule }) => schedule("daily"))).pipe(
        Effect.provide(Account.layer)
      )
      const detail = "ResourceNotFoundException: Schedule daily does not exist."
      assert.deepInclude(error, { isMissing: true, detail })
    }).pipe(Effect.scoped)
  )
})

it.effect("checks of the local cloud skip what it does not have", () =>
  Effect.gen(function* () {
    const checks = [
      checkOmdbQuota(undefined),
      checkSchedule(true),
      checkTriggers(true),
      checkAlarms(true),
      checkSubscriptions("alarmTopic", true)
    ]
    const findings = yield* Effect.all(checks)
    assert.deepStrictEqual([...new Set(findings.map(({ state }) => state))], ["skipped"])
  }).pipe(Effect.provide(Layer.merge(stackWithoutResources, Layer.mock(Account, {}))))
)
