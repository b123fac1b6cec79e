import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Created, Declaration } from "../../engine/monitor.ts"
import type { World } from "./World.ts"

/** How the local cloud makes one type of resource. */
export interface Kind {
  /** Inputs that are taken in, checked and left without effect here, such as a lifecycle rule. */
  readonly declaredOnly: ReadonlyArray<string>
  readonly create: (declaration: Declaration, world: World) => Promise<Created>
}

/** What a resource is made from: its emulated inputs, decoded, and its names. */
export interface Making<I> {
  readonly inputs: I
  /** The name in the program. */
  readonly name: string
  /** The name in the cloud. */
  readonly physicalName: string
  readonly world: World
}

/**
 * A type of resource: the inputs that are emulated, those only declared, and how it is made. An input in neither list
 * refuses the resource, so nothing that the program says is dropped in silence.
 */
export const kind = <F extends Schema.Struct.Fields>(
  emulated: F,
  declaredOnly: ReadonlyArray<string>,
  create: (making: Making<Schema.Struct.Type<F>>) => Promise<Created> | Created
): Kind => {
  const known = new Set([...Object.keys(emulated), ...declaredOnly])
  const decode = Schema.decodeUnknownResult(Schema.Struct(emulated) as unknown as Schema.Codec<Schema.Struct.Type<F>>)
  return {
    declaredOnly,
    create: async (declaration, world) => {
      const where = `${declaration.type} "${declaration.name}"`
      const unknown = Object.keys(declaration.inputs).find((input) => !known.has(input))
      if (unknown !== undefined) {
        throw new Error(
          `${where} has the input "${unknown}", which the local cloud neither emulates nor lists as declared only. ` +
            "Add it to its kind in local/provider/."
        )
      }
      const inputs = decode(declaration.inputs)
      if (Result.isFailure(inputs)) throw new Error(`${where}: ${String(inputs.failure)}`)
      return create({
        inputs: inputs.success,
        name: declaration.name,
        physicalName: world.physicalName(declaration),
        world
      })
    }
  }
}

/** A type of resource with no effect here at all. */
export const declaredOnly = (...inputs: ReadonlyArray<string>): Kind =>
  kind({}, inputs, ({ physicalName }) => ({ id: physicalName, outputs: {} }))
