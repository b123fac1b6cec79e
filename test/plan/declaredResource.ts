import type { Properties } from "../../engine/Properties.ts"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { placeholderOutputs } from "../../plan/declareStack.ts"

const outputsOf = placeholderOutputs("eu-central-1")

/** A resource as a program declares it, outside components. */
export const declared = (
  type: string,
  name: string,
  inputs: Properties = {},
  secrets: ReadonlyArray<string> = []
): RegisteredResource => {
  const declaration = {
    urn: `urn:pulumi:dev::test::${type}::${name}`,
    type,
    name,
    parent: "",
    component: false,
    inputs,
    secrets: new Set(secrets),
    dependencies: [],
    aliases: [],
    protect: false,
    retainOnDelete: false
  }
  return { ...declaration, ...outputsOf(declaration) }
}

/** An output of the resource, as the inputs of other resources hold it. */
export const output = ({ outputs }: RegisteredResource, name: "arn" | "name" | "url"): string => String(outputs[name])

export const type = {
  bucket: "aws:s3/bucket:Bucket",
  function: "aws:lambda/function:Function",
  mapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  queue: "aws:sqs/queue:Queue",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  schedule: "aws:scheduler/schedule:Schedule"
} as const
