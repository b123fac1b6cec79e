import { declaredOnly, kind } from "./kind.ts"

export const iam = {
  "aws:iam/role:Role": kind({}, ["description", "assumeRolePolicy"], ({ physicalName, world }) => ({
    id: physicalName,
    outputs: { name: physicalName, arn: `arn:aws:iam::${world.cloud.accountId}:role/${physicalName}` }
  })),
  "aws:iam/rolePolicy:RolePolicy": declaredOnly("role", "policy")
}
