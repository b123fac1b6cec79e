import { kind } from "./kind.ts"

export const logs = {
  "aws:cloudwatch/logGroup:LogGroup": kind({}, ["retentionInDays"], ({ physicalName, world }) => ({
    id: physicalName,
    outputs: { name: physicalName, arn: world.arn("logs", `log-group:${physicalName}`) }
  }))
}
