import * as Effect from "effect/Effect"
import { failureRecord } from "../../local/lambda/AsynchronousInvocations.ts"
import type { ModelAccount } from "../model/ModelAccount.ts"
import type { DeclaredStack } from "./declaredStack.ts"
import type { FaultInjector } from "./FaultInjector.ts"
import type { LambdaFunctions } from "./LambdaFunctions.ts"
import type { StageName } from "./stages.ts"
import type { SeededRandom, Timeline } from "./Timeline.ts"

interface Surroundings {
  readonly declared: DeclaredStack
  readonly account: ModelAccount
  readonly functions: LambdaFunctions
  readonly befalling: FaultInjector
  readonly dice: SeededRandom
  readonly world: Timeline
}

/** Of Lambda's own queue: after the first attempt, and after the second. */
const waits = [60_000, 120_000]
const betweenDeliveries = 300_000

/** Events that a function is given asynchronously, by the schedule or by hand: tried again, then dead letters. */
export class AsyncInvocations {
  private readonly at: Surroundings

  constructor(surroundings: Surroundings) {
    this.at = surroundings
  }

  /** Lambda takes the event: from now on it answers for it. */
  invoke(stage: StageName, event: string): void {
    const { befalling, dice, world } = this.at
    world.scheduleEffect(dice.between(10, 2_000), this.attempt(stage, JSON.parse(event), 1))
    if (befalling.happens("twice"))
      world.scheduleEffect(dice.between(10, 300_000), this.attempt(stage, JSON.parse(event), 1))
  }

  /** The schedule's time has come. */
  fire(scheduledTime: string): void {
    const { declared, befalling, dice, world } = this.at
    for (const { inputs } of declared.schedules) {
      const event = inputs.target.input.replace("<aws.scheduler.scheduled-time>", scheduledTime)
      this.deliver(inputs.target, event, 0)
      if (befalling.happens("twice"))
        world.schedule(dice.between(0, 60_000), () => this.deliver(inputs.target, event, 0))
    }
  }

  private deliver(target: Target, event: string, ageSeconds: number): void {
    const { account, befalling, world } = this.at
    if (!befalling.isActive("the schedule cannot deliver")) {
      this.invoke(functionOf(target.arn), event)
    } else if (ageSeconds + betweenDeliveries / 1000 <= target.retryPolicy.maximumEventAgeInSeconds) {
      world.schedule(betweenDeliveries, () => this.deliver(target, event, ageSeconds + betweenDeliveries / 1000))
    } else {
      world.record(`the schedule gives ${event} up`)
      account
        .findQueue(target.deadLetterConfig.arn)
        .send(world.now, { body: event, attributes: { TARGET_ARN: target.arn, ERROR_CODE: "Throttling" } })
    }
  }

  private readonly attempt: (stage: StageName, event: unknown, attempts: number) => Effect.Effect<void> =
    Effect.fnUntraced(function* (this: AsyncInvocations, stage: StageName, event: unknown, attempts: number) {
      const { declared, functions, world } = this.at
      world.record(`event → ${stage}: ${JSON.stringify(event)}${attempts === 1 ? "" : ` (${attempts})`}`)
      const outcome = yield* functions.invoke(stage, event)
      if (outcome.ok) return
      const config = declared.invokeConfigs.find(({ inputs }) => inputs.functionName === stage)?.inputs
      if (config === undefined) return yield* Effect.die(`Nothing is declared of events that ${stage} fails at.`)
      if (attempts <= config.maximumRetryAttempts) {
        world.scheduleEffect(waits[attempts - 1] ?? 0, this.attempt(stage, event, attempts + 1))
        return
      }
      this.bury(stage, event, attempts, outcome.error, config.destinationConfig.onFailure.destination)
    })

  private bury(stage: StageName, event: unknown, attempts: number, error: Error, queueArn: string): void {
    const { account, declared, world } = this.at
    const record = failureRecord({
      requestId: `${stage} ${world.now}`,
      functionArn: declared.functions.find(({ name }) => name === stage)?.arn ?? "",
      condition: "RetriesExhausted",
      attempts,
      event,
      error: { kind: "handled", errorType: error.name, errorMessage: error.message },
      at: new Date(world.now)
    })
    account.findQueue(queueArn).send(world.now, { body: JSON.stringify(record) })
  }
}

type Target = DeclaredStack["schedules"][number]["inputs"]["target"]

const functionOf = (arn: string): StageName => arn.split(":").at(-1) as StageName
