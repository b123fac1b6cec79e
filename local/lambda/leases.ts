import type { Wait } from "./Agenda.ts"
import type { QueueDepth } from "./LambdaCloud.ts"

/** The messages of a queue that will become visible and that nobody is working on, as waits. */
export const leases = (
  queueUrl: string,
  { inFlight, delayed }: QueueDepth,
  held: ReadonlySet<string>,
  begin: (messageId: string) => Promise<void>
): ReadonlyArray<Wait> =>
  [...inFlight, ...delayed]
    .filter(({ messageId }) => !held.has(messageId))
    .map(({ messageId, visibleAt }) => ({
      id: `${queueUrl} ${messageId} ${visibleAt}`,
      dueAt: visibleAt,
      begin: () => begin(messageId)
    }))
