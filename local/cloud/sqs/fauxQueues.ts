import { EventEmitter } from "node:events"
import type { Server } from "node:http"
import { ask } from "../ask.ts"
import { type Json, json } from "../json.ts"
import type { Reply } from "../Service.ts"

/** fauxqs's side of SQS, past the gateway: nobody is asked for permission and nobody is told. */
export const makeFauxQueues = (fauxqs: Server) => {
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0)
  return {
    call: async (operation: string, input: Json): Promise<Reply> => {
      const reply = await ask(fauxqs, {
        method: "POST",
        target: "/",
        headers: {
          host: "127.0.0.1",
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `AmazonSQS.${operation}`
        },
        body: JSON.stringify(input)
      })
      if (operation !== "ReceiveMessage") changes.emit("change")
      return reply
    },
    /** Emits when a message may have become visible by some call; not when its time has come. */
    changes
  }
}

export type FauxQueues = ReturnType<typeof makeFauxQueues>

/** The reply with another output, if it was a success. */
export const mapped = (reply: Reply, change: (output: Json) => Json): Reply =>
  reply.status === 200 ? { ...reply, body: Buffer.from(JSON.stringify(change(json(reply.body.toString())))) } : reply
