import { randomUUID } from "node:crypto"
import { parseLogFilter } from "./logFilter.ts"
import { type Json, parseJson, readOperation, stringAt, unknownOperation } from "./protocol.ts"
import { AwsError, accountId, type Service } from "./Service.ts"

interface LogEvent {
  readonly eventId: string
  readonly logStreamName: string
  readonly timestamp: number
  readonly message: string
}

export interface LogStore {
  readonly create: (group: string, retentionInDays: number | undefined) => void
  readonly write: (group: string, stream: string, message: string) => void
}

/** Of a group; older ones are dropped. */
const maxEvents = 50_000
const defaultLimit = 10_000

interface LogGroup {
  readonly logGroupName: string
  readonly retentionInDays: number | undefined
  readonly creationTime: number
  readonly events: Array<LogEvent>
}

/** CloudWatch Logs, as far as its readers need it: groups, streams and events with filter patterns. */
export const makeLogs = (region: string): { readonly logs: LogStore; readonly service: Service } => {
  const groups = new Map<string, LogGroup>()
  const arnOf = (group: string) => `arn:aws:logs:${region}:${accountId}:log-group:${group}`

  const logs: LogStore = {
    create: (logGroupName, retentionInDays) => {
      groups.set(logGroupName, { logGroupName, retentionInDays, creationTime: Date.now(), events: [] })
    },
    write: (name, logStreamName, message) => {
      const { events } = groups.get(name) ?? {}
      if (events === undefined) return
      events.push({ eventId: randomUUID(), logStreamName, timestamp: Date.now(), message })
      if (events.length > maxEvents) events.splice(0, events.length - maxEvents)
    }
  }

  const find = (name: string): LogGroup => {
    const group = groups.get(name)
    if (group !== undefined) return group
    throw new AwsError(400, "ResourceNotFoundException", "The specified log group does not exist.")
  }

  const operations: Readonly<Record<string, (input: Json) => Json>> = {
    DescribeLogGroups: (input) => {
      const start = stringAt(input, "logGroupNamePrefix") ?? ""
      const found = [...groups.values()].filter(({ logGroupName }) => logGroupName.startsWith(start))
      return {
        logGroups: found.map(({ events, logGroupName, ...group }) => ({
          ...group,
          logGroupName,
          arn: `${arnOf(logGroupName)}:*`,
          storedBytes: events.reduce((sum, { message }) => sum + message.length, 0)
        }))
      }
    },
    DescribeLogStreams: (input) => {
      const byName = Map.groupBy(find(groupName(input)).events, ({ logStreamName }) => logStreamName)
      return {
        logStreams: [...byName].map(([logStreamName, events]) => ({
          logStreamName,
          firstEventTimestamp: events[0]?.timestamp,
          lastEventTimestamp: events.at(-1)?.timestamp
        }))
      }
    },
    FilterLogEvents: (input) => {
      const matches = parseLogFilter(stringAt(input, "filterPattern") ?? "")
      const streams = input["logStreamNames"]
      return page(input, (event) => {
        const isOfStream = !Array.isArray(streams) || streams.includes(event.logStreamName)
        return isOfStream && matches(event.message)
      })
    },
    GetLogEvents: (input) => {
      const stream = stringAt(input, "logStreamName")
      const { events } = page(input, ({ logStreamName }) => logStreamName === stream)
      return { events, nextForwardToken: "f/end", nextBackwardToken: "b/begin" }
    }
  }

  /** A token is the position in the group, so that a page follows the one before while events are written. */
  const page = (input: Json, isWanted: (event: LogEvent) => boolean) => {
    const { events } = find(groupName(input))
    const [from, to] = [numberAt(input, "startTime", 0), numberAt(input, "endTime", Number.POSITIVE_INFINITY)]
    const limit = numberAt(input, "limit", defaultLimit)
    const after = stringAt(input, "nextToken")
    const start = after === undefined ? 0 : events.findIndex(({ eventId }) => eventId === after) + 1
    const found = events
      .slice(start)
      .filter((event) => event.timestamp >= from && event.timestamp < to && isWanted(event))
    const shown = found.slice(0, limit)
    return {
      events: shown.map((event) => ({ ...event, ingestionTime: event.timestamp })),
      ...(found.length > limit && { nextToken: shown.at(-1)?.eventId })
    }
  }

  const service: Service = (request) => {
    const name = readOperation(request, "Logs_20140328")
    const operation = operations[name]
    if (operation === undefined) throw unknownOperation(name)
    const input = parseJson(request.body.toString() || "{}")
    return {
      name,
      permissions: [{ action: `logs:${name}`, resources: [arnOf(groupName(input) || "*")] }],
      run: async () => ({
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: Buffer.from(JSON.stringify(operation(input)))
      })
    }
  }
  return { logs, service }
}

/** `aws logs tail` gives the group's ARN where it is given one. */
const groupName = (input: Json): string => {
  const identifier = stringAt(input, "logGroupName") ?? stringAt(input, "logGroupIdentifier") ?? ""
  return identifier.replace(/^arn:.*:log-group:/, "").replace(/:\*$/, "")
}

const numberAt = (input: Json, name: string, otherwise: number): number => {
  const value = input[name]
  return typeof value === "number" ? value : otherwise
}
