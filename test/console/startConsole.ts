import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { onTestFinished } from "vitest"
import { serveConsole } from "../../console/server/serveConsole.ts"
import type { LocalStack } from "../../local/LocalStack.ts"
import { servicesOf } from "../../operator/etl.ts"
import { localStack, Stack } from "../../operator/Stack.ts"

/** Serves the console of a stack with a connection file until the test ends or `stop` is called. */
export const startConsole = async ({ cloud }: LocalStack, { port = 0, isWritable = true } = {}) => {
  const scope = Scope.makeUnsafe()
  const stop = () => Effect.runPromise(Scope.close(scope, Exit.void))
  onTestFinished(stop)
  const stack = Layer.effect(Stack, localStack(Number(new URL(cloud.endpoint).port)))
  const services = await Effect.runPromise(
    Layer.buildWithScope(Layer.provideMerge(servicesOf(stack), NodeServices.layer), scope)
  )
  const serving = Effect.provideContext(serveConsole({ port, isWritable }), services)
  const address = await Effect.runPromise(Scope.provide(serving, scope))
  return { address, stop }
}
