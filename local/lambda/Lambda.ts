import { rm } from "node:fs/promises"
import { join } from "node:path"
import { makeTemporaryFolder } from "../../cli/temporaryFolder.ts"
import type { CallEvent } from "../cloud/cloudEvents.ts"
import type { AccessDecision } from "../cloud/executeCall.ts"
import type { FunctionConfiguration } from "../cloud/lambdaApi.ts"
import type { Cloud } from "../cloud/startCloud.ts"
import { AsynchronousInvocations } from "./AsynchronousInvocations.ts"
import { type BucketNotificationDefinition, BucketNotifications } from "./BucketNotifications.ts"
import type { FunctionDefinition } from "./deploymentPackage.ts"
import { EventSourceMapping, type EventSourceMappingDefinition } from "./EventSourceMapping.ts"
import type { InvocationResult } from "./LambdaEvents.ts"
import { LambdaFunction, type OnLogWrite } from "./LambdaFunction.ts"
import { PlatformContext } from "./PlatformContext.ts"
import { type Deliver, type ScheduleDefinition, Schedules } from "./Schedules.ts"
import { VirtualClock } from "./VirtualClock.ts"

export interface LambdaOptions {
  /** Skip waiting when nothing runs (the default). */
  readonly fastForward?: boolean
  /** Whether a schedule's role may invoke a function, by their ARNs; absent: it may. */
  readonly mayInvoke?: (roleArn: string, functionArn: string) => AccessDecision
  /** Called for each new log stream, and for each invocation's log events. */
  readonly onLogWrite?: OnLogWrite
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
) => {
  const directory = makeTemporaryFolder("lambda")
  const onSkip = (ms: number) => {
    cloud.passTime(ms)
    context.events.emit("timeSkipped", { ms })
  }
  const clock = new VirtualClock({ fastForward, onSkip })
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
    createFunction: (definition: FunctionDefinition): void => {
      const deployed = new LambdaFunction(definition, join(directory, definition.name), context, onLogWrite)
      const asynchronous = new AsynchronousInvocations(deployed, context)
      functions.set(definition.name, { deployed, asynchronous })
      clock.addTimerSource(() => asynchronous.timers())
    },
    has: (name: string): boolean => functions.has(name),
    list: (): ReadonlyArray<FunctionConfiguration> =>
      Array.from(functions.values(), ({ deployed }) => deployed.configuration),
    roleArnOf: (name: string): string => find(name).deployed.definition.roleArn,
    setFailureQueue: (name: string, queueArn: string): void => {
      find(name).asynchronous.onFailureQueueArn = queueArn
    },
    createEventSourceMapping: async (definition: EventSourceMappingDefinition): Promise<void> => {
      const mapping = new EventSourceMapping(definition, find(definition.functionName).deployed, context)
      await mapping.open()
      mappings.push(mapping)
      clock.addTimerSource(() => mapping.timers())
    },
    createSchedule: (definition: ScheduleDefinition): void => schedules.create(definition),
    createBucketNotification: (definition: BucketNotificationDefinition): Promise<void> =>
      notifications.configure(definition),
    invoke: (name: string, event: unknown): Promise<InvocationResult> =>
      clock.run(() => find(name).deployed.invoke(event)),
    /** Returns the request id, which all attempts share. */
    invokeAsync: (name: string, event: unknown): string => find(name).asynchronous.queue(event),
    updateCode: (name: string, code: FunctionDefinition["code"]): Promise<void> => find(name).deployed.updateCode(code),
    /** Terminates the function's execution environments, also while they run. */
    kill: (name: string): Promise<void> => find(name).deployed.kill(),
    fireSchedule: (name: string, at: Date, override?: object): Promise<void> => schedules.fire(name, at, override),
    /** By function name. */
    invocations: () => Object.fromEntries(Array.from(functions, ([name, { deployed }]) => [name, deployed.summary])),
    /** Resolves when nothing runs, no mapping can receive a message, and no timer is pending. */
    idle: (): Promise<void> => clock.idle(),
    /** Terminates every environment and opens each mapping again, as Lambda may do at any time. */
    restart: async (): Promise<void> => {
      await Promise.all(Array.from(functions.values(), ({ deployed }) => deployed.kill()))
      for (const mapping of mappings) await mapping.open()
    },
    /** Terminates running invocations. */
    stop: async (): Promise<void> => {
      clock.stop()
      cloud.events.off("call", onCall)
      cloud.events.off("objectCreated", notifications.publish)
      await Promise.all(Array.from(functions.values(), ({ deployed }) => deployed.stop()))
      context.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

export type Lambda = ReturnType<typeof startLambda>
