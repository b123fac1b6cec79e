import { mkdtempSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { CallEvent } from "../cloud/cloudEvents.ts"
import type { AccessDecision } from "../cloud/executeCall.ts"
import type { Cloud } from "../cloud/startCloud.ts"
import { type AsynchronousConfiguration, AsynchronousInvocations } from "./AsynchronousInvocations.ts"
import { type BucketNotificationDefinition, BucketNotifications } from "./BucketNotifications.ts"
import { EventSourceMapping, type EventSourceMappingDefinition } from "./EventSourceMapping.ts"
import type { InvocationResult, LambdaEvents } from "./LambdaEvents.ts"
import { type FunctionDefinition, type InvocationSummary, LambdaFunction, type OnLogWrite } from "./LambdaFunction.ts"
import { PlatformContext } from "./PlatformContext.ts"
import { type Deliver, type ScheduleDefinition, Schedules } from "./Schedules.ts"
import { SourceQueue } from "./SourceQueue.ts"
import { VirtualClock } from "./VirtualClock.ts"

export interface LambdaOptions {
  /** Skip waiting when nothing runs (the default). */
  readonly fastForward?: boolean
  /** Whether a schedule's role may invoke a function, by their ARNs; absent: it may. */
  readonly mayInvoke?: (roleArn: string, functionArn: string) => AccessDecision
  /** Called for each new log stream, and for each invocation's log events. */
  readonly onLogWrite?: OnLogWrite
}

export interface Lambda {
  readonly events: LambdaEvents
  readonly createFunction: (definition: FunctionDefinition) => void
  readonly has: (name: string) => boolean
  readonly roleArnOf: (name: string) => string
  readonly configureAsync: (name: string, configuration: AsynchronousConfiguration) => void
  readonly createEventSourceMapping: (definition: EventSourceMappingDefinition) => Promise<void>
  readonly createSchedule: (definition: ScheduleDefinition) => void
  readonly createBucketNotification: (definition: BucketNotificationDefinition) => Promise<void>
  readonly invoke: (name: string, event: unknown) => Promise<InvocationResult>
  /** Returns the request id, which all attempts share. */
  readonly invokeAsync: (name: string, event: unknown) => string
  /** Terminates the function's execution environments, also while they run. */
  readonly kill: (name: string) => Promise<void>
  readonly fireSchedule: (name: string, at: Date, override?: object) => Promise<void>
  /** By function name. */
  readonly invocations: () => Readonly<Record<string, InvocationSummary>>
  /** Resolves when nothing runs, no mapping can receive a message, and no timer is pending. */
  readonly idle: () => Promise<void>
  /** Terminates every environment and opens each mapping again, as Lambda may do at any time. */
  readonly restart: () => Promise<void>
  /** Terminates running invocations. */
  readonly stop: () => Promise<void>
}

interface DeployedFunction {
  readonly deployed: LambdaFunction
  readonly asynchronous: AsynchronousInvocations
}

/** After these calls a message may be visible. */
const wakingOperations = new Set([
  "SendMessage",
  "SendMessageBatch",
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch"
])

/** Lambda, and the services that trigger it, on one machine. */
export const startLambda = (
  cloud: Cloud,
  { fastForward = true, mayInvoke = () => ({ allowed: true }), onLogWrite = () => {} }: LambdaOptions = {}
): Lambda => {
  const directory = mkdtempSync(join(tmpdir(), "imdb-etl-lambda-"))
  const clock = new VirtualClock({ fastForward })
  const context = new PlatformContext(cloud, clock)
  const functions = new Map<string, DeployedFunction>()
  const mappings: Array<EventSourceMapping> = []
  const notifications = new BucketNotifications(context)

  const deliver: Deliver = (functionArn, roleArn, event) => {
    const target = Array.from(functions.values()).find(({ deployed }) => deployed.definition.arn === functionArn)
    if (target === undefined) {
      return { code: "ResourceNotFoundException", message: `Function not found: ${functionArn}` }
    }
    const decision = mayInvoke(roleArn, functionArn)
    if (!decision.allowed) return { code: "AccessDeniedException", message: decision.message }
    target.asynchronous.queue(event)
    return undefined
  }
  const schedules = new Schedules(deliver, context)

  const find = (name: string): DeployedFunction => {
    const found = functions.get(name)
    if (found === undefined) throw new Error(`There is no function ${name}.`)
    return found
  }

  const onCall = ({ operation, resources, status }: CallEvent) => {
    if (status !== 200 || !wakingOperations.has(operation)) return
    for (const mapping of mappings) if (resources.includes(mapping.queueArn)) mapping.wake()
  }
  cloud.events.on("call", onCall)
  cloud.events.on("objectCreated", notifications.publish)

  return {
    events: context.events,
    createFunction: (definition) => {
      if (functions.has(definition.name)) throw new Error(`Function already exists: ${definition.name}`)
      const deployed = new LambdaFunction(definition, join(directory, definition.name), context, onLogWrite)
      const asynchronous = new AsynchronousInvocations(deployed, context)
      functions.set(definition.name, { deployed, asynchronous })
      clock.addTimerSource(() => asynchronous.timers())
    },
    has: (name) => functions.has(name),
    roleArnOf: (name) => find(name).deployed.definition.roleArn,
    configureAsync: (name, configuration) => find(name).asynchronous.configure(configuration),
    createEventSourceMapping: async (definition) => {
      const target = find(definition.functionName).deployed
      const { queueArn } = definition
      const queue = new SourceQueue(queueArn, context.queueUrl(queueArn), context.sqs(target.definition.roleArn))
      const mapping = new EventSourceMapping(definition, queue, target, context)
      await mapping.open()
      mappings.push(mapping)
      clock.addTimerSource(() => mapping.timers())
    },
    createSchedule: (definition) => schedules.create(definition),
    createBucketNotification: (definition) => notifications.configure(definition),
    invoke: (name, event) => clock.run(() => find(name).deployed.invoke(event)),
    invokeAsync: (name, event) => find(name).asynchronous.queue(event),
    kill: (name) => find(name).deployed.kill(),
    fireSchedule: (name, at, override) => schedules.fire(name, at, override),
    invocations: () => Object.fromEntries(Array.from(functions, ([name, { deployed }]) => [name, deployed.summary])),
    idle: () => clock.idle(),
    restart: async () => {
      await Promise.all(Array.from(functions.values(), ({ deployed }) => deployed.kill()))
      for (const mapping of mappings) await mapping.open()
    },
    stop: async () => {
      clock.stop()
      cloud.events.off("call", onCall)
      cloud.events.off("objectCreated", notifications.publish)
      await Promise.all(Array.from(functions.values(), ({ deployed }) => deployed.stop()))
      context.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
}
