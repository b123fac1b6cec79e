import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Omdb } from "../../services/omdb/Omdb.ts"
import { RunStore } from "../../services/RunStore.ts"
import { ModelAccount, modelSecrets, modelServices } from "../model/ModelAccount.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { runToEnd } from "../support/runToEnd.ts"
import { type Reply, ScriptedOmdb } from "../support/ScriptedOmdb.ts"
import { moviesBucket, moviesTable, secretId, settings, sourceBucket } from "../support/settings.ts"

interface Options {
  readonly variables?: Record<string, string | undefined>
  readonly replies?: ReadonlyArray<Reply>
}

/** The account of a stack with the services that the handlers use, and OMDb with scripted replies. */
export const handlerAccount = ({ variables, replies = [] }: Options = {}) => {
  const account = new ModelAccount()
  const sources = account.createBucket(sourceBucket)
  const bucket = account.createBucket(moviesBucket)
  const table = account.createTable(moviesTable)
  const movies = account.createQueue({ name: "movies", visibilityTimeoutSeconds: 360, retentionDays: 4 })
  const exports = account.createQueue({ name: "exports.fifo", visibilityTimeoutSeconds: 360, retentionDays: 4 })
  account.putSecret(secretId, "canary")
  const omdb = new ScriptedOmdb(...replies)

  const services = Layer.mergeAll(
    RunStore.layer,
    Omdb.layerNoDeps.pipe(Layer.provide([omdb.layer, modelSecrets(account)]))
  ).pipe(Layer.provideMerge(modelServices(account)), Layer.provideMerge(settings(variables)))

  /** Runs a handler to its end and returns its logs too. */
  const run = <A, E>(handler: Effect.Effect<A, E, Layer.Success<typeof services>>) =>
    runToEnd(captureLogs(Effect.provide(handler, services)))
  /** Puts an object of the movies bucket. A content that is not a text is put as JSON. */
  const put = (key: string, content: unknown) =>
    bucket.put(0, key, typeof content === "string" ? content : JSON.stringify(content))
  const textOf = (key: string) => bucket.get(key)?.text ?? ""
  const keysPut = () => bucket.puts.map(({ key }) => key)
  /** The resources of all calls of an operation, in order. */
  const callsOf = (operation: string) =>
    account.faults.calls.filter((call) => call.operation === operation).map(({ resource }) => resource)
  const endFaults = () => {
    account.faults.beforeCall = () => Effect.void
  }
  return {
    account,
    sources,
    bucket,
    table,
    movies,
    exports,
    omdb,
    faults: account.faults,
    metrics: account.metrics,
    run,
    put,
    textOf,
    keysPut,
    callsOf,
    endFaults
  }
}
