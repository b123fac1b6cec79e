import * as pulumi from "@pulumi/pulumi"
import type { Statement } from "./grants.ts"

/** A policy of Allow statements, as JSON. `npm start` reads the Sid: it does not report such a grant as unused. */
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

/** The trust policy for one AWS service. `condition` excludes the resources of other accounts. */
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

/** The account id of an ARN. */
export const accountOf = (arn: pulumi.Output<string>): pulumi.Output<string> =>
  arn.apply((text) => text.split(":")[4] ?? "")

export const regionOf = (arn: pulumi.Output<string>): pulumi.Output<string> =>
  arn.apply((text) => text.split(":")[3] ?? "")
