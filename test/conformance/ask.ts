import * as Effect from "effect/Effect"
import { errorDetail } from "../../services/AwsClient.ts"
import { ScratchUnusable } from "./Site.ts"

/** A call of the SDK about something of the script's own. */
export const ask = <A>(what: string, call: () => Promise<A>): Effect.Effect<A, ScratchUnusable> =>
  Effect.tryPromise({ try: call, catch: (error) => new ScratchUnusable({ what, detail: errorDetail(error) }) })
