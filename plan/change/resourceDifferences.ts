import type { Registered } from "../../engine/monitor.ts"
import { Archive } from "../../engine/values.ts"
import type { Placed } from "../inDataOrder.ts"
import { isRecord, type Shown, type ShownRecord, shownInputs } from "../inputs.ts"
import { kindOf } from "../inventedOutputs.ts"
import { type Difference, differences, same } from "./differences.ts"

const size = (file: Shown | undefined): string | undefined =>
  isRecord(file) ? `${Number(file["bytes"]).toLocaleString("en-US")} bytes` : undefined

/** Code is told by its files' sizes; a source map says nothing that the code beside it does not, unless it alone differs. */
const codeDifferences = (
  name: string,
  before: Shown | undefined,
  after: Shown | undefined
): ReadonlyArray<Difference> => {
  const old: ShownRecord = isRecord(before) ? before : {}
  const now: ShownRecord = isRecord(after) ? after : {}
  const files = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
  const unlike = files.filter((file) => !same(old[file], now[file]))
  const code = unlike.filter((file) => !file.endsWith(".map"))
  return (code.length > 0 ? code : unlike).map((file) => {
    const [from, to] = [size(old[file]), size(now[file])]
    return {
      path: `${name} (${file})`,
      ...(from === undefined ? {} : { before: from }),
      ...(to === undefined ? {} : { after: from === to ? `${to}, other content` : to })
    }
  })
}

const nameOfUrn = (urn: string) => {
  const [, , types = "", name] = urn.split("::")
  return `${kindOf(types.split("$").at(-1) ?? "")} ${name}`
}

/** What a resource waits for beyond what its inputs are made of: the order that a dependsOn asks for. */
const waitsFor = ({ dependencies, inputs }: Registered): ReadonlyArray<string> => {
  const made = JSON.stringify(inputs)
  return [...new Set(dependencies.map(nameOfUrn))].filter((name) => !made.includes(`${name}>`)).sort()
}

/** What of a resource is not an input, under names that no input can have. */
const aside = (resource: Placed): ShownRecord => ({
  "(in)": resource.within.join(" / "),
  "(protected)": resource.protect,
  "(retained on delete)": resource.retainOnDelete,
  "(waits for)": waitsFor(resource)
})

const ofInput = (name: string, before: Placed, after: Placed, shown: { old: ShownRecord; now: ShownRecord }) => {
  const [old, now] = [before.inputs[name], after.inputs[name]]
  if (before.secrets.has(name) || after.secrets.has(name)) {
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path: name, secret: true as const }]
  }
  if (old instanceof Archive || now instanceof Archive) return codeDifferences(name, shown.old[name], shown.now[name])
  return differences(name, shown.old[name], shown.now[name])
}

/** How a resource differs between two revisions of the program; of a secret, only that it does. */
export const resourceDifferences = (before: Placed, after: Placed): ReadonlyArray<Difference> => {
  const shown = { old: shownInputs(before), now: shownInputs(after) }
  const inputs = [...new Set([...Object.keys(shown.old), ...Object.keys(shown.now)])].sort()
  return [
    ...inputs.flatMap((name) => ofInput(name, before, after, shown)),
    ...differences("", aside(before), aside(after))
  ]
}
