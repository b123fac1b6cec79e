import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun, Incomplete } from "../cli/CommandErrors.ts"
import { jsonFlag } from "../cli/output.ts"
import { withSpinner } from "../cli/spinner.ts"
import { AwsClientSettings } from "../services/AwsClient.ts"
import { DynamoDb } from "../services/DynamoDb.ts"
import { ReportStore } from "../services/ReportStore.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { Functions } from "./aws/Functions.ts"
import { Logs } from "./aws/Logs.ts"
import { MoviesTable } from "./aws/MoviesTable.ts"
import { withNextStep } from "./aws/nextStep.ts"
import { Queues } from "./aws/Queues.ts"
import { defaultPort, deployedStack, localStack, Stack } from "./Stack.ts"

const Port = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_535 }))

/** The root command, with the flags that every subcommand inherits. */
export const etl = Command.make("npm run etl --").pipe(
  Command.withSharedFlags({
    stack: Flag.String("stack").pipe(
      Flag.withDescription("A deployed stack, such as dev (read with pulumi stack output)"),
      Flag.withSchema(Schema.NonEmptyString),
      Flag.optional
    ),
    local: Flag.Boolean("local").pipe(Flag.withDescription("The local cloud of npm run dev"), Flag.withDefault(false)),
    port: Flag.Int("port").pipe(
      Flag.withDescription("The local cloud's port"),
      Flag.withSchema(Port),
      Flag.withDefault(defaultPort)
    ),
    json: jsonFlag
  }),
  Command.withDescription("Runs, the dataset, dead letters and the schedule of a stack")
)

/** The stack that the flags select. */
export const selectedStack = Effect.gen(function* () {
  const { stack, local, port } = yield* etl
  if (local === Option.isSome(stack)) {
    return yield* new CannotRun({ message: "Choose a target: --local (npm run dev) or --stack NAME." })
  }
  return yield* Option.match(stack, {
    onNone: () => localStack(port),
    onSome: (name) => withSpinner(`Reading the outputs of the stack ${name}`)(deployedStack(name))
  })
})

const stores = Layer.unwrap(
  Effect.map(Stack, ({ outputs: { moviesBucket } }) =>
    Layer.merge(RunStore.layerFor(moviesBucket), ReportStore.layerFor(moviesBucket))
  )
)

const services = Layer.mergeAll(
  Layer.provide(stores, S3.layer),
  DynamoDb.layer,
  MoviesTable.layer,
  Queues.layer,
  Functions.layer,
  Logs.layer
)

/** The stack and the AWS services of its account. */
export const servicesOf = <E, R>(stack: Layer.Layer<Stack, E, R>) =>
  services.pipe(
    Layer.provide(
      Layer.effect(
        AwsClientSettings,
        Effect.map(Stack, ({ clientSettings }) => clientSettings)
      )
    ),
    Layer.provideMerge(stack)
  )

export type StackServices = Layer.Success<ReturnType<typeof servicesOf<never, never>>>

/** Adds the next step to an AWS call's failure. */
const explainFailure = Effect.fnUntraced(function* <E>(error: E) {
  const { flags } = yield* Stack
  const isExplained = error instanceof CannotRun || error instanceof Incomplete || !(error instanceof Error)
  const message = isExplained ? undefined : withNextStep(error.message, flags)
  return yield* Effect.fail(message === undefined ? error : new CannotRun({ message }))
})

const provideServices = Effect.provide(servicesOf(Layer.effect(Stack, selectedStack)))

/** Provides a command with the selected stack and the AWS services of its account. */
export const provideStack = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  provideServices(Effect.catch(self, explainFailure))
