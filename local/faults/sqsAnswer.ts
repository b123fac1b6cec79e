import type { Interception } from "../cloud/executeCall.ts"

export const sqsAnswer = (output: object): Interception => ({
  type: "reply",
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(output)
})
