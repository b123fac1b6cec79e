import { assert, beforeAll, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { readStackFile } from "../../engine/stackFile.ts"
import { declaredProgram } from "./declaredProgram.ts"
import { programRules } from "./programRules.ts"

type Rule = keyof typeof programRules

describe.each(["dev", "prod"] as const)("the program of %s", (stack) => {
  it.each(Object.keys(programRules) as Array<Rule>)("keeps the rule that %s", async (rule) => {
    const { resources } = await declaredProgram(stack)
    assert.deepStrictEqual(programRules[rule](resources), [])
  })

  it("has the tags `project` and `stack` on every resource", async () => {
    const { project, config } = await readStackFile(new URL("../..", import.meta.url).pathname, stack)
    assert.deepStrictEqual(JSON.parse(config["aws:defaultTags"] ?? "{}"), { tags: { project, stack } })
  })
})

describe("programRules", () => {
  let resources: ReadonlyArray<RegisteredResource> = []
  beforeAll(async () => {
    resources = (await declaredProgram()).resources
  })
  const without = (type: RegExp) => resources.filter((each) => !type.test(each.type))
  const changed = (type: RegExp, inputs: RegisteredResource["inputs"]) =>
    resources.map((each) => (type.test(each.type) ? { ...each, inputs: { ...each.inputs, ...inputs } } : each))
  const policy = (statement: object) => JSON.stringify({ Statement: { Effect: "Allow", ...statement } })

  it.each<[Rule, () => ReadonlyArray<RegisteredResource>]>([
    [
      "each component's type is of the form package:module:name",
      () => resources.map((each) => ({ ...each, type: each.type.replace(":index:", ":") }))
    ],
    [
      "AWS accepts the length of each generated name",
      () => resources.map((each) => ({ ...each, name: each.name.padEnd(57, "x") }))
    ],
    ["no bucket is public or reached without TLS", () => changed(/PublicAccessBlock$/, { ignorePublicAcls: false })],
    ["no bucket is public or reached without TLS", () => without(/BucketPolicy$/)],
    ["what is stored is encrypted", () => without(/EncryptionConfiguration$/)],
    ["what is stored is encrypted", () => changed(/:Queue$/, { sqsManagedSseEnabled: false })],
    [
      "no policy allows every action, every resource or everyone",
      () => changed(/RolePolicy$/, { policy: policy({ Action: ["sqs:*"], Resource: "arn" }) })
    ],
    [
      "no policy allows every action, every resource or everyone",
      () => changed(/RolePolicy$/, { policy: policy({ Action: "sqs:ListQueues", Resource: ["*"] }) })
    ],
    [
      "no policy allows every action, every resource or everyone",
      () => changed(/QueuePolicy$/, { policy: policy({ Action: "sqs:SendMessage", Principal: { AWS: "*" } }) })
    ],
    ["the log of each function is kept for a set time", () => changed(/LogGroup$/, { retentionInDays: 0 })],
    ["the log of each function is kept for a set time", () => changed(/:Function$/, { loggingConfig: {} })],
    ["each queue is a dead-letter queue or has one of its own", () => changed(/:Queue$/, { redrivePolicy: "{}" })],
    [
      "each queue is a dead-letter queue or has one of its own",
      () => changed(/:Queue$/, { messageRetentionSeconds: 60 })
    ],
    ["each queue is a dead-letter queue or has one of its own", () => without(/RedriveAllowPolicy$/)],
    ["each schedule and each function that it invokes has a dead-letter queue", () => without(/EventInvokeConfig$/)],
    ["each dead-letter queue has an alarm that notifies", () => changed(/MetricAlarm$/, { alarmActions: [] })],
    [
      "a message stays invisible for six times the timeout of its function",
      () => changed(/:Queue$/, { visibilityTimeoutSeconds: 179 })
    ],
    [
      "a run fits into the ten concurrent executions of a new account",
      () => changed(/EventSourceMapping$/, { scalingConfig: { maximumConcurrency: 4 } })
    ],
    [
      "a run fits into the ten concurrent executions of a new account",
      () => changed(/:Function$/, { reservedConcurrentExecutions: 1 })
    ],
    ["objects expire under each prefix but latest/", () => changed(/LifecycleConfiguration$/, { rules: [] })]
  ])("find a program that breaks the rule that %s (%#)", (rule, all) => {
    assert.isNotEmpty(programRules[rule](all()))
  })
})
