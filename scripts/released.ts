import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import type { Declared } from "../plan/declareStack.ts"
import { differences } from "../plan/differences.ts"
import { type DisplayRecord, displayInputs, valueWords } from "../plan/displayInputs.ts"

const Release = Schema.Struct({
  resources: Schema.Array(
    Schema.Struct({
      type: Schema.String,
      name: Schema.String,
      urn: Schema.String,
      inputs: Schema.Record(Schema.String, Schema.Json)
    })
  )
})

/** The resources of the stack `prod` as they were last released. */
export type Release = typeof Release.Type

export const releaseFile = new URL("../infra/released.json", import.meta.url)

/** The release that `npm run release` recorded. */
export const released: Release = Schema.decodeUnknownSync(Schema.fromJsonString(Release))(
  readFileSync(releaseFile, "utf8")
)

export const releaseOf = ({ resources }: Pick<Declared, "resources">): Release => ({
  resources: resources
    .filter(({ component, type }) => !component && !type.startsWith("pulumi:"))
    .map((resource) => ({
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      inputs: displayInputs(resource)
    }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1))
})

/** What has data or messages of its own, and the inputs that AWS cannot change in place. */
const stateful: Readonly<Record<string, ReadonlyArray<string>>> = {
  "aws:cloudwatch/logGroup:LogGroup": ["name", "namePrefix", "logGroupClass"],
  "aws:dynamodb/table:Table": ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
  "aws:s3/bucket:Bucket": ["bucket", "bucketPrefix", "objectLockEnabled"],
  "aws:sns/topic:Topic": ["name", "namePrefix", "fifoTopic"],
  "aws:sqs/queue:Queue": ["name", "namePrefix", "fifoQueue"]
}

export interface Upgrade {
  /** One line for each resource that is added, deleted or changed. */
  readonly lines: ReadonlyArray<string>
  /** One sentence for each stateful resource that would be deleted or replaced. */
  readonly losses: ReadonlyArray<string>
}

/** What `pulumi up` of the program would change in a stack of the release. */
export const upgradeOf = (before: Release, program: Pick<Declared, "resources">): Upgrade => {
  const urnsBefore = new Set(before.resources.map(({ urn }) => urn))
  const earlier = new Map(
    program.resources.flatMap(({ urn, aliases }) => {
      const urnBefore = [urn, ...aliases].find((each) => urnsBefore.has(each))
      return urnBefore === undefined ? [] : [[urn, urnBefore] as const]
    })
  )
  const today = releaseOf(program).resources
  const added = today.filter(({ urn }) => !earlier.has(urn))
  const kept = new Set(earlier.values())
  const deleted = before.resources.filter(({ urn }) => !kept.has(urn))
  const changed = today.flatMap((now) => {
    const old = before.resources.find(({ urn }) => urn === earlier.get(now.urn))
    const inputs = old === undefined ? [] : differences("", old.inputs as DisplayRecord, now.inputs as DisplayRecord)
    return inputs.length === 0 ? [] : [{ ...now, differences: inputs }]
  })
  const replaced = changed.flatMap(({ differences, ...resource }) => {
    const inputs = (stateful[resource.type] ?? []).filter((name) =>
      differences.some(({ path }) => new RegExp(`^${name}\\b`).test(path))
    )
    return inputs.length === 0 ? [] : [{ ...resource, inputs }]
  })
  const titleOf = ({ type, name }: { readonly type: string; readonly name: string }) => `${type} "${name}"`
  return {
    lines: [
      ...added.map((each) => `+ ${titleOf(each)}`),
      ...deleted.map((each) => `- ${titleOf(each)}`),
      ...changed.flatMap((each) =>
        each.differences.map(
          ({ path, before, after }) => `~ ${titleOf(each)} ${path}: ${valueWords(before)} → ${valueWords(after)}`
        )
      )
    ],
    losses: [
      ...deleted.filter(({ type }) => stateful[type] !== undefined).map((each) => `${titleOf(each)} would be deleted.`),
      ...replaced.map((each) => `${titleOf(each)} would be replaced, because of ${each.inputs.join(" and ")}.`)
    ]
  }
}
