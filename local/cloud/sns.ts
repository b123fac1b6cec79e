import { randomUUID } from "node:crypto"
import type { CloudEvents } from "./cloudEvents.ts"
import { unknownOperation, xmlElements } from "./protocol.ts"
import { AwsError, accountId, type Reply, type Service } from "./Service.ts"

export interface PublishedMessage {
  readonly subject?: string
  readonly message: string
}

export interface TopicStore {
  /** Creates a topic and returns its ARN. */
  readonly create: (name: string) => string
  /** What was published to the topic, in order. */
  readonly published: (arn: string) => ReadonlyArray<PublishedMessage>
}

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/"

export const snsReply = (operation: string, elements: Readonly<Record<string, string>>): Reply => {
  const result = `<${operation}Result>${xmlElements(elements)}</${operation}Result>`
  const metadata = `<ResponseMetadata>${xmlElements({ RequestId: randomUUID() })}</ResponseMetadata>`
  const xml = `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`
  return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(xml) }
}

/** In SNS's query protocol. */
export const snsErrorBody = (type: "Sender" | "Receiver", code: string, message: string, requestId: string): string =>
  `<ErrorResponse xmlns="${namespace}"><Error>${xmlElements({ Type: type, Code: code, Message: message })}</Error>${xmlElements({ RequestId: requestId })}</ErrorResponse>`

const maxMessageBytes = 262_144

const invalid = (detail: string) => new AwsError(400, "InvalidParameter", `Invalid parameter: ${detail}`)

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const readMessage = (parameters: URLSearchParams): PublishedMessage => {
  const message = parameters.get("Message") ?? ""
  const subject = parameters.get("Subject")
  if (message === "") throw invalid("Empty message")
  if (Buffer.byteLength(message) > maxMessageBytes) throw invalid("Message too long")
  if (subject === null) return { message }
  // ASCII without control characters, and at first a letter, a digit or a punctuation mark.
  if (!/^[!-~][ -~]{0,99}$/.test(subject)) throw invalid("Subject")
  return { subject, message }
}

/** SNS's Publish. Nothing is delivered: the messages are kept. */
export const makeSns = (region: string, events: CloudEvents) => {
  const topics = new Map<string, Array<PublishedMessage>>()

  const service: Service = ({ body }) => {
    const parameters = new URLSearchParams(body.toString())
    const operation = parameters.get("Action") ?? ""
    const known = ["TopicArn", "Message", "Subject", "Action", "Version"]
    if (operation !== "Publish") throw unknownOperation(operation)
    const other = [...parameters.keys()].find((name) => !known.includes(name))
    if (other !== undefined) throw invalid(`the local cloud does not implement ${other}`)
    const topicArn = parameters.get("TopicArn") ?? ""
    return {
      name: "Publish",
      permissions: [{ action: "sns:Publish", resources: [topicArn] }],
      run: async () => {
        const messages = topics.get(topicArn)
        if (messages === undefined) throw new AwsError(404, "NotFound", "Topic does not exist")
        const message = readMessage(parameters)
        messages.push(message)
        events.emit("published", { topicArn, ...message })
        return snsReply("Publish", { MessageId: randomUUID() })
      }
    }
  }

  const store: TopicStore = {
    create: (name) => {
      const arn = `arn:aws:sns:${region}:${accountId}:${name}`
      topics.set(arn, [])
      return arn
    },
    published: (arn) => topics.get(arn) ?? []
  }
  return { service, topics: store }
}
