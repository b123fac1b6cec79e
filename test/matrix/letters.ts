import { ChangeMessageVisibilityCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import type { SharedStack } from "../local/sharedStack.ts"

/** All messages of a queue that nobody reads, left as they were. */
export const lettersOf = async ({ stack }: SharedStack, QueueUrl: string): Promise<ReadonlyArray<Message>> => {
  const { sqs } = stack.cloud.clients
  const letters: Array<Message> = []
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 })
    )
    letters.push(...Messages)
    if (Messages.length === 0) break
  }
  for (const { ReceiptHandle } of letters) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
  }
  return letters
}

/** The texts in each dead-letter queue that is not empty, by its logical name. */
export const lettersIn = async (warm: SharedStack): Promise<Readonly<Record<string, ReadonlyArray<string>>>> => {
  const texts: Record<string, ReadonlyArray<string>> = {}
  for (const { logical, url, isDeadLetterQueue } of warm.stack.names.queues) {
    if (!isDeadLetterQueue) continue
    const letters = await lettersOf(warm, url)
    if (letters.length > 0) texts[logical] = letters.map(({ Body = "" }) => Body)
  }
  return texts
}
