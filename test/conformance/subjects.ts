import { arrivals } from "./arrivals.ts"
import type { Subject } from "./Behaviour.ts"
import { dynamoDb } from "./dynamoDb.ts"
import { fifo } from "./fifo.ts"
import { redrive } from "./redrive.ts"
import { s3 } from "./s3.ts"
import { secrets } from "./secrets.ts"
import { sqs } from "./sqs.ts"
import { visibility } from "./visibility.ts"

/** All that is held to one behaviour, in the order data flows. */
export const subjects: ReadonlyArray<Subject> = [s3, sqs, visibility, fifo, arrivals, dynamoDb, secrets, redrive]
