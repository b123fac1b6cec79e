import * as pulumi from "@pulumi/pulumi"
import type { Statement } from "./grants.ts"

/**
 * A role's policy of Allow statements, as JSON. The Sid tells the local cloud not to miss what only failures use.
 */
export const allowPolicy = (statements: ReadonlyArray<Statement>): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ actions, resources, condition, onFailurePath }, position) => ({
      ...(onFailurePath === undefined ? {} : { Sid: `WhenFailing${position}` }),
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(condition === undefined ? {} : { Condition: condition })
    }))
  })

/** The trust policy by which one AWS service takes on a role; `condition` keeps other accounts' resources out. */
export const trustPolicy = (
  service: string,
  condition?: Readonly<Record<string, Record<string, pulumi.Input<string>>>>
): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(condition === undefined ? {} : { Condition: condition })
      }
    ]
  })

/** The account in an ARN: known without a lookup. */
export const accountOf = (arn: pulumi.Output<string>): pulumi.Output<string> =>
  arn.apply((text) => text.split(":")[4] ?? "")

export const regionOf = (arn: pulumi.Output<string>): pulumi.Output<string> =>
  arn.apply((text) => text.split(":")[3] ?? "")
