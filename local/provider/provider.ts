import type { CreateResource } from "../../engine/resourceMonitor.ts"
import { datasetTypes } from "./dataset.ts"
import { functionTypes } from "./functions.ts"
import { monitoringTypes } from "./monitoring.ts"
import { queueTypes } from "./queues.ts"
import type { EmulatedAccount } from "./resourceType.ts"
import { storageTypes } from "./storage.ts"

const resourceTypes = new Map(
  Object.entries({ ...datasetTypes, ...functionTypes, ...monitoringTypes, ...queueTypes, ...storageTypes })
)

/** Pulumi's AWS provider for the local cloud. */
export const makeProvider =
  (account: EmulatedAccount): CreateResource =>
  async (declaration) => {
    const { type, name } = declaration
    const found = resourceTypes.get(type)
    if (found === undefined) {
      throw new Error(
        `The local cloud has no ${type} ("${name}"). Add the type to local/provider/, as emulated or as declared only.`
      )
    }
    return found(declaration, account)
  }
