import * as Schema from "effect/Schema"
import { identityPolicy } from "../iam/policy.ts"
import { arnIn, declaredOnlyType, type ResourceType, resourceType } from "./resourceType.ts"

/** Ways to the data. Athena and its catalog are not emulated; a managed policy is checked, and attached to no role. */
export const datasetTypes: Readonly<Record<string, ResourceType>> = {
  "aws:glue/catalogDatabase:CatalogDatabase": resourceType(
    { name: Schema.String },
    ["description"],
    ({ inputs: { name }, account }) => ({
      id: name,
      outputs: { name, arn: arnIn(account, "glue", `database/${name}`) }
    })
  ),
  "aws:glue/catalogTable:CatalogTable": declaredOnlyType(
    ...["databaseName", "name", "tableType", "parameters", "partitionKeys", "storageDescriptor"],
    ...["viewOriginalText", "viewExpandedText"]
  ),
  "aws:athena/workgroup:Workgroup": resourceType(
    {},
    ["configuration", "forceDestroy"],
    ({ physicalName: name, account }) => ({
      id: name,
      outputs: { name, arn: arnIn(account, "athena", `workgroup/${name}`) }
    })
  ),
  "aws:iam/policy:Policy": resourceType(
    { policy: Schema.String },
    ["description"],
    ({ inputs, physicalName: name, account }) => {
      identityPolicy(name, inputs.policy)
      const arn = `arn:aws:iam::${account.cloud.accountId}:policy/${name}`
      return { id: arn, outputs: { name, arn } }
    }
  )
}
