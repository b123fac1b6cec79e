import * as Schema from "effect/Schema"
import { kind } from "./kind.ts"

export const iam = {
  "aws:iam/role:Role": kind({ assumeRolePolicy: Schema.String }, ["description"], ({ inputs, physicalName, world }) => {
    const arn = `arn:aws:iam::${world.cloud.accountId}:role/${physicalName}`
    world.iam.putRole({ name: physicalName, arn, trust: inputs.assumeRolePolicy })
    return { id: physicalName, outputs: { name: physicalName, arn } }
  }),
  "aws:iam/rolePolicy:RolePolicy": kind(
    { role: Schema.String, policy: Schema.String },
    [],
    ({ inputs, physicalName, world }) => {
      world.iam.putRolePolicy(inputs.role, physicalName, inputs.policy)
      return { id: `${inputs.role}:${physicalName}`, outputs: { name: physicalName } }
    }
  )
}
