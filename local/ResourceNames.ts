import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PulumiProgram } from "../engine/PulumiProgram.ts"
import type { RegisteredResource } from "../engine/resourceMonitor.ts"

/** A resource by its logical name, with what it is called in the cloud. */
export interface ResourceName {
  readonly logical: string
  readonly physical: string
}

/** The resources of a kind, and the way back from a physical name, an address or an ARN to the name in the program. */
export interface ResourceNames {
  readonly buckets: ReadonlyArray<ResourceName>
  readonly queues: ReadonlyArray<ResourceName & { readonly url: string; readonly isDeadLetterQueue: boolean }>
  readonly tables: ReadonlyArray<ResourceName>
  readonly functions: ReadonlyArray<ResourceName>
  readonly schedules: ReadonlyArray<ResourceName>
  readonly logicalName: (physical: string) => string
}

const text = (resource: RegisteredResource, output: string): string => {
  const value = resource.outputs[output]
  return typeof value === "string" ? value : ""
}

export const resourceNames = ({ resources }: PulumiProgram): ResourceNames => {
  const of = (type: string) => resources.filter((resource) => resource.type === type)
  const named = (output: string) => (resource: RegisteredResource) => ({
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
    logicalName: (physical) => ways.get(physical) ?? physical
  }
}

const SourceListLocation = Schema.Struct({ bucket: Schema.String, key: Schema.String, region: Schema.String })

/** Where the program, by its stack output, looks for the source list: a bucket outside the stack, as on AWS. */
export const sourceListLocation = ({ outputs }: PulumiProgram): typeof SourceListLocation.Type =>
  Option.getOrThrowWith(
    Schema.decodeUnknownOption(SourceListLocation)(outputs["sourceList"]),
    () => new Error("The program has no stack output sourceList { bucket, key, region }.")
  )
