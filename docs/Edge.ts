import type { Registered } from "../engine/monitor.ts"
import { kindOf } from "../plan/inventedOutputs.ts"

/** A resource, or something outside the stack, as a diagram shows it. */
export interface Node {
  readonly kind: string
  readonly name: string
}

/** Data goes from one to the other. */
export interface Edge {
  readonly from: Node
  readonly to: Node
  readonly label: string
}

export const nodeOf = ({ type, name, inputs }: Registered): Node => ({
  kind: inputs["fifoQueue"] === true ? "fifoQueue" : kindOf(type),
  name
})
