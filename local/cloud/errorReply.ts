import { randomUUID } from "node:crypto"
import type { AwsError } from "./AwsError.ts"
import type { Reply, ServiceName } from "./Service.ts"
import { escapeXml } from "./xml.ts"

const xml = (error: AwsError, requestId: string): string => {
  const elements = { Code: error.code, Message: error.message, ...error.extras.details, RequestId: requestId }
  const inside = Object.entries(elements).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inside.join("")}</Error>`
}

const json = (error: AwsError): string =>
  JSON.stringify({
    __type: `com.amazon.coral.service#${error.code}`,
    // Where access is denied, AWS writes the key with a capital.
    [error.extras.denied === undefined ? "message" : "Message"]: error.message
  })

/** The one place where a refusal becomes what the service sends. */
export const errorReply = (service: ServiceName, error: AwsError): Reply => {
  const requestId = randomUUID()
  const { status } = error
  if (service === "s3") {
    const headers = { ...error.extras.headers, "content-type": "application/xml", "x-amz-request-id": requestId }
    return { status, headers, body: Buffer.from(xml(error, requestId)) }
  }
  if (service === "lambda") {
    const headers = { ...error.extras.headers, "content-type": "application/json", "x-amzn-requestid": requestId }
    const body = { Type: status < 500 ? "User" : "Service", Message: error.message }
    return { status, headers: { ...headers, "x-amzn-errortype": error.code }, body: Buffer.from(JSON.stringify(body)) }
  }
  const headers = {
    ...error.extras.headers,
    "content-type": `application/x-amz-json-${service === "secretsmanager" ? "1.1" : "1.0"}`,
    "x-amzn-requestid": requestId,
    ...(service === "sqs" && {
      "x-amzn-query-error": `${error.extras.queryCode ?? error.code};${status < 500 ? "Sender" : "Receiver"}`
    })
  }
  return { status, headers, body: Buffer.from(json(error)) }
}
