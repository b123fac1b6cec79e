import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PulumiProgram } from "../engine/PulumiProgram.ts"
import type { RegisteredResource } from "../engine/resourceMonitor.ts"

export interface ResourceName {
  /** The name in the program. */
  readonly logical: string
  /** The name in the cloud. */
  readonly physical: string
}

/** The program's resources by type. */
export interface ResourceNames {
  readonly buckets: ReadonlyArray<ResourceName>
  readonly queues: ReadonlyArray<ResourceName & { readonly url: string; readonly isDeadLetterQueue: boolean }>
  readonly tables: ReadonlyArray<ResourceName>
  /** `physical` is the ARN. */
  readonly topics: ReadonlyArray<ResourceName>
  readonly functions: ReadonlyArray<ResourceName>
  readonly schedules: ReadonlyArray<ResourceName>
  /** The logical name of the resource with this physical name, URL or ARN; the argument itself where there is none. */
  readonly logicalName: (physical: string) => string
}

const outputText = ({ outputs }: RegisteredResource, output: string): string => {
  const value = outputs[output]
  return typeof value === "string" ? value : ""
}

export const resourceNames = ({ resources }: PulumiProgram): ResourceNames => {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type)
  const namedBy = (output: string) => (resource: RegisteredResource) => ({
    logical: resource.name,
    physical: outputText(resource, output)
  })
  const logicalNames = new Map(
    resources.flatMap((resource) =>
      ["name", "bucket", "url", "arn"].map((output) => [outputText(resource, output), resource.name] as const)
    )
  )
  const eventSources = new Set(
    ofType("aws:lambda/eventSourceMapping:EventSourceMapping").map(({ inputs }) => inputs["eventSourceArn"])
  )
  return {
    buckets: ofType("aws:s3/bucket:Bucket").map(namedBy("bucket")),
    queues: ofType("aws:sqs/queue:Queue").map((queue) => ({
      ...namedBy("name")(queue),
      url: outputText(queue, "url"),
      // A dead-letter queue is one that no event source mapping reads.
      isDeadLetterQueue: !eventSources.has(outputText(queue, "arn"))
    })),
    tables: ofType("aws:dynamodb/table:Table").map(namedBy("name")),
    topics: ofType("aws:sns/topic:Topic").map(namedBy("arn")),
    functions: ofType("aws:lambda/function:Function").map(namedBy("name")),
    schedules: ofType("aws:scheduler/schedule:Schedule").map(namedBy("name")),
    logicalName: (physical) => logicalNames.get(physical) ?? physical
  }
}

const SourceListLocation = Schema.Struct({ bucket: Schema.String, key: Schema.String, region: Schema.String })

/** Where the program reads the source list, from its stack output: a bucket outside the stack, as on AWS. */
export const sourceListLocation = ({ outputs }: Pick<PulumiProgram, "outputs">): typeof SourceListLocation.Type =>
  Option.getOrThrowWith(
    Schema.decodeUnknownOption(SourceListLocation)(outputs["sourceList"]),
    () => new Error("The program has no stack output sourceList { bucket, key, region }.")
  )
