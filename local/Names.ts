import type { Program } from "../engine/Engine.ts"
import type { Registered } from "../engine/monitor.ts"

/** A resource by its logical name, with what it is called in the cloud. */
export interface Named {
  readonly logical: string
  readonly physical: string
}

/** The resources of a kind, and the way back from a physical name, an address or an ARN to the name in the program. */
export interface Names {
  readonly buckets: ReadonlyArray<Named>
  readonly queues: ReadonlyArray<Named & { readonly url: string; readonly isDeadLetterQueue: boolean }>
  readonly tables: ReadonlyArray<Named>
  readonly functions: ReadonlyArray<Named>
  readonly schedules: ReadonlyArray<Named>
  readonly logicalOf: (physical: string) => string
}

const text = (resource: Registered, output: string): string => {
  const value = resource.outputs[output]
  return typeof value === "string" ? value : ""
}

export const names = ({ resources }: Program): Names => {
  const of = (type: string) => resources.filter((resource) => resource.type === type)
  const named = (output: string) => (resource: Registered) => ({
    logical: resource.name,
    physical: text(resource, output)
  })
  const ways = new Map(
    resources.flatMap((resource) =>
      ["name", "bucket", "url", "arn"].map((output) => [text(resource, output), resource.name] as const)
    )
  )
  const read = new Set(
    of("aws:lambda/eventSourceMapping:EventSourceMapping").map(({ inputs }) => inputs["eventSourceArn"])
  )
  return {
    buckets: of("aws:s3/bucket:Bucket").map(named("bucket")),
    queues: of("aws:sqs/queue:Queue").map((queue) => ({
      ...named("name")(queue),
      url: text(queue, "url"),
      // A dead-letter queue is one that no event source reads.
      isDeadLetterQueue: !read.has(text(queue, "arn"))
    })),
    tables: of("aws:dynamodb/table:Table").map(named("name")),
    functions: of("aws:lambda/function:Function").map(named("name")),
    schedules: of("aws:scheduler/schedule:Schedule").map(named("name")),
    logicalOf: (physical) => ways.get(physical) ?? physical
  }
}
