import type { CreatedResource, ResourceDeclaration } from "../../engine/resourceMonitor.ts"
import { iam, lambda, logs, scheduler } from "./functions.ts"
import { signals } from "./monitoring.ts"
import { sqs } from "./queues.ts"
import type { EmulatedAccount, ResourceType } from "./resourceType.ts"
import { dynamodb, s3, secretsManager } from "./storage.ts"

const kinds: ReadonlyMap<string, ResourceType> = new Map(
  Object.entries({
    ...dynamodb,
    ...iam,
    ...lambda,
    ...logs,
    ...s3,
    ...scheduler,
    ...secretsManager,
    ...signals,
    ...sqs
  })
)

/** What the program declares and the local cloud does not act on. */
export interface DeclaredOnly {
  readonly type: string
  readonly name: string
  readonly inputs: ReadonlyArray<string>
}

/** Pulumi's AWS provider, over the local cloud. */
export const makeProvider = (account: EmulatedAccount) => {
  const declaredOnly: Array<DeclaredOnly> = []
  const create = async (declaration: ResourceDeclaration): Promise<CreatedResource> => {
    const found = kinds.get(declaration.type)
    if (found === undefined) {
      throw new Error(
        `The local cloud has no ${declaration.type} ("${declaration.name}"). Add it to local/provider/, ` +
          "as emulated or as declared only."
      )
    }
    const inputs = Object.keys(declaration.inputs).filter((input) => found.declaredOnly.includes(input))
    if (inputs.length > 0) declaredOnly.push({ type: declaration.type, name: declaration.name, inputs })
    return found.create(declaration, account)
  }
  return { create, declaredOnly: (): ReadonlyArray<DeclaredOnly> => declaredOnly }
}
