import type { Created, Declaration } from "../../engine/monitor.ts"
import { dynamodb } from "./dynamodb.ts"
import { iam } from "./iam.ts"
import type { Kind } from "./kind.ts"
import { lambda } from "./lambda.ts"
import { logs } from "./logs.ts"
import { s3 } from "./s3.ts"
import { scheduler } from "./scheduler.ts"
import { secretsManager } from "./secretsManager.ts"
import { signals } from "./signals.ts"
import { sqs } from "./sqs.ts"
import type { World } from "./World.ts"

const kinds: ReadonlyMap<string, Kind> = new Map(
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
export const provider = (world: World) => {
  const declaredOnly: Array<DeclaredOnly> = []
  const create = async (declaration: Declaration): Promise<Created> => {
    const found = kinds.get(declaration.type)
    if (found === undefined) {
      throw new Error(
        `The local cloud has no ${declaration.type} ("${declaration.name}"). Add it to local/provider/, ` +
          "as emulated or as declared only."
      )
    }
    const inputs = Object.keys(declaration.inputs).filter((input) => found.declaredOnly.includes(input))
    if (inputs.length > 0) declaredOnly.push({ type: declaration.type, name: declaration.name, inputs })
    return found.create(declaration, world)
  }
  return { create, declaredOnly: (): ReadonlyArray<DeclaredOnly> => declaredOnly }
}
