import * as Context from "effect/Context"
import type { AwsClientSettings } from "../../services/AwsClient.ts"
import type { StackOutputs } from "./StackOutputs.ts"

/** The stack that a command is about. */
export class Stack extends Context.Service<
  Stack,
  {
    /** As a person calls it: `stack dev`, or the local cloud with its port. */
    readonly name: string
    /** Those of the command line that name it. */
    readonly flags: string
    readonly site: typeof AwsClientSettings.Service
    readonly outputs: StackOutputs
  }
>()("imdb-etl/operator/stack/Stack") {}
