import { dynamoDb } from "./behaviours/dynamoDb.ts"
import { fifoQueues } from "./behaviours/fifoQueues.ts"
import { notifications } from "./behaviours/notifications.ts"
import { redrive } from "./behaviours/redrive.ts"
import { s3 } from "./behaviours/s3.ts"
import { secrets } from "./behaviours/secrets.ts"
import { standardQueues, visibilityTimeouts } from "./behaviours/standardQueues.ts"
import type { Subject } from "./conformance.ts"

/** In the order data flows. */
export const subjects: ReadonlyArray<Subject> = [
  s3,
  standardQueues,
  visibilityTimeouts,
  fifoQueues,
  notifications,
  dynamoDb,
  secrets,
  redrive
]
