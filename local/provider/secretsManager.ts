import * as Schema from "effect/Schema"
import { kind } from "./kind.ts"

export const secretsManager = {
  "aws:secretsmanager/secret:Secret": kind({}, ["description", "recoveryWindowInDays"], ({ physicalName, world }) => {
    const arn = world.cloud.secrets.create(physicalName)
    return { id: arn, outputs: { name: physicalName, arn } }
  }),
  "aws:secretsmanager/secretVersion:SecretVersion": kind(
    { secretId: Schema.String, secretString: Schema.String },
    [],
    ({ inputs, physicalName, world }) => {
      world.cloud.secrets.put(inputs.secretId, inputs.secretString)
      return { id: `${inputs.secretId}|${physicalName}`, outputs: { arn: inputs.secretId } }
    }
  )
}
