import type { Subject } from "./Behaviour.ts"
import { dynamoDb } from "./behaviours/dynamoDb.ts"
import { fifo } from "./behaviours/fifo.ts"
import { arrivals } from "./behaviours/notifications.ts"
import { redrive } from "./behaviours/redrive.ts"
import { s3 } from "./behaviours/s3.ts"
import { secrets } from "./behaviours/secrets.ts"
import { sqs } from "./behaviours/sqs.ts"
import { visibility } from "./behaviours/visibility.ts"

/** All that is held to one behaviour, in the order data flows. */
export const subjects: ReadonlyArray<Subject> = [s3, sqs, visibility, fifo, arrivals, dynamoDb, secrets, redrive]
