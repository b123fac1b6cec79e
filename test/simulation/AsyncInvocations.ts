import * as Effect from "effect/Effect"
import { failureRecord } from "../../local/lambda/AsynchronousInvocations.ts"
import type { DeclaredStack } from "./declaredStack.ts"
import type { LambdaFunctions, Simulation } from "./LambdaFunctions.ts"
import type { StageName } from "./stages.ts"

/** Lambda's delays after the first and the second attempt. */
const retryDelays = [60_000, 120_000]
/** How often the scheduler tries to invoke its target. */
const deliveryInterval = 300_000

type Target = DeclaredStack["schedules"][number]["inputs"]["target"]

/** The schedule and asynchronous invocations: events are retried, and then sent to a dead-letter queue. */
export class AsyncInvocations {
  private readonly simulation: Simulation
  private readonly functions: LambdaFunctions

  constructor(simulation: Simulation, functions: LambdaFunctions) {
    this.simulation = simulation
    this.functions = functions
  }

  /** Lambda accepts the event, and retries it from now on. */
  invoke(stage: StageName, event: string): void {
    const { faults, random, timeline } = this.simulation
    const attempt = (delay: number) => timeline.scheduleEffect(delay, this.attempt(stage, JSON.parse(event), 1))
    attempt(random.between(10, 2_000))
    if (faults.occurs("deliveredTwice")) attempt(random.between(10, 300_000))
  }

  /** The schedule is due. */
  fireSchedule(scheduledTime: string): void {
    const { declared, faults, random, timeline } = this.simulation
    for (const { inputs } of declared.schedules) {
      const event = inputs.target.input.replace("<aws.scheduler.scheduled-time>", scheduledTime)
      this.deliver(inputs.target, event, 0)
      if (faults.occurs("deliveredTwice")) {
        timeline.schedule(random.between(0, 60_000), () => this.deliver(inputs.target, event, 0))
      }
    }
  }

  private deliver(target: Target, event: string, ageSeconds: number): void {
    const { account, faults, timeline } = this.simulation
    const ageAtNextAttempt = ageSeconds + deliveryInterval / 1000
    if (!faults.isActive("the schedule cannot invoke the function")) {
      this.invoke(target.arn.split(":").at(-1) as StageName, event)
    } else if (ageAtNextAttempt <= target.retryPolicy.maximumEventAgeInSeconds) {
      timeline.schedule(deliveryInterval, () => this.deliver(target, event, ageAtNextAttempt))
    } else {
      timeline.record(`the schedule stops retrying ${event}`)
      account
        .findQueue(target.deadLetterConfig.arn)
        .send(timeline.now, { body: event, attributes: { TARGET_ARN: target.arn, ERROR_CODE: "Throttling" } })
    }
  }

  private readonly attempt: (stage: StageName, event: unknown, attempts: number) => Effect.Effect<void> =
    Effect.fnUntraced(function* (this: AsyncInvocations, stage: StageName, event: unknown, attempts: number) {
      const { account, declared, timeline } = this.simulation
      timeline.record(`event → ${stage}: ${JSON.stringify(event)}${attempts === 1 ? "" : ` (${attempts})`}`)
      const result = yield* this.functions.invoke(stage, event)
      if (result.ok) return
      const config = declared.invokeConfigs.find(({ inputs }) => inputs.functionName === stage)?.inputs
      if (config === undefined) return yield* Effect.die(`The stack declares no event invoke config of ${stage}.`)
      if (attempts <= config.maximumRetryAttempts) {
        timeline.scheduleEffect(retryDelays[attempts - 1] ?? 0, this.attempt(stage, event, attempts + 1))
        return
      }
      const record = failureRecord({
        requestId: `${stage} ${timeline.now}`,
        functionArn: declared.functions.find(({ name }) => name === stage)?.arn ?? "",
        attempts,
        event,
        error: { errorType: result.error.name, errorMessage: result.error.message },
        at: new Date(timeline.now)
      })
      account
        .findQueue(config.destinationConfig.onFailure.destination)
        .send(timeline.now, { body: JSON.stringify(record) })
    })
}
