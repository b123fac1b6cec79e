import type { CreatedResource, ResourceDeclaration } from "../../engine/resourceMonitor.ts"
import { functionTypes } from "./functions.ts"
import { monitoringTypes } from "./monitoring.ts"
import { queueTypes } from "./queues.ts"
import type { EmulatedAccount } from "./resourceType.ts"
import { storageTypes } from "./storage.ts"

const resourceTypes = new Map(Object.entries({ ...functionTypes, ...monitoringTypes, ...queueTypes, ...storageTypes }))

/** Inputs that the program declares and the local cloud does not emulate. */
export interface DeclaredOnly {
  readonly type: string
  readonly name: string
  readonly inputs: ReadonlyArray<string>
}

/** Pulumi's AWS provider for the local cloud. */
export const makeProvider = (account: EmulatedAccount) => {
  const declaredOnly: Array<DeclaredOnly> = []
  const create = async (declaration: ResourceDeclaration): Promise<CreatedResource> => {
    const { type, name } = declaration
    const found = resourceTypes.get(type)
    if (found === undefined) {
      throw new Error(
        `The local cloud has no ${type} ("${name}"). Add the type to local/provider/, as emulated or as declared only.`
      )
    }
    const inputs = Object.keys(declaration.inputs).filter((input) => found.declaredOnly.includes(input))
    if (inputs.length > 0) declaredOnly.push({ type, name, inputs })
    return found.create(declaration, account)
  }
  return { create, declaredOnly: (): ReadonlyArray<DeclaredOnly> => declaredOnly }
}
