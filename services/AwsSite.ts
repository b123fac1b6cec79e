import * as Context from "effect/Context"

interface Site {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Where and as whom the AWS clients call. A function's environment says all of it; an operator chooses. */
export const AwsSite = Context.Reference<Site>("imdb-etl/services/AwsSite", { defaultValue: () => ({}) })
