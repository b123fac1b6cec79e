import type { Server } from "node:http"
import { ask } from "../ask.ts"
import { type Json, json } from "../json.ts"
import type { Reply } from "../Service.ts"

/** Calls an SQS operation of fauxqs, past the gateway: nobody is asked and nobody is told. */
export const makeAskQueues =
  (fauxqs: Server) =>
  (operation: string, input: Json): Promise<Reply> =>
    ask(fauxqs, {
      method: "POST",
      target: "/",
      headers: {
        host: "127.0.0.1",
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${operation}`
      },
      body: JSON.stringify(input)
    })

export type AskQueues = ReturnType<typeof makeAskQueues>

/** The reply with another output, if it was a success. */
export const mapped = (reply: Reply, change: (output: Json) => Json): Reply =>
  reply.status === 200 ? { ...reply, body: Buffer.from(JSON.stringify(change(json(reply.body.toString())))) } : reply
