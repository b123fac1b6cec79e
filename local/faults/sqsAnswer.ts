import type { Interception } from "../cloud/hooks.ts"

export const sqsAnswer = (output: object): Interception => ({
  kind: "answer",
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(output)
})
