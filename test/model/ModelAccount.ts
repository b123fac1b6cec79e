import { eventKey } from "../../local/lambda/s3Event.ts"
import { ModelBucket, type ModelObject } from "./ModelBucket.ts"
import { ModelQueue, type QueueSettings } from "./ModelQueue.ts"
import { ModelTable } from "./ModelTable.ts"

/** As much of an AWS account as the pipeline uses, in memory; `modelServices` calls it as the handlers do. */
export class ModelAccount {
  readonly buckets = new Map<string, ModelBucket>()
  readonly queues: Array<ModelQueue> = []
  readonly tables = new Map<string, ModelTable>()
  readonly secrets = new Map<string, string>()
  /** What Lambda does with an event for a function, by its name. */
  onInvoke: (name: string, event: string, now: number) => void = () => {}
  /** When S3 tells of an object that was put: at once, unless something else is wanted. It may tell twice. */
  whenTold: (now: number, tell: (now: number) => void) => void = (now, tell) => tell(now)

  createBucket(name: string): ModelBucket {
    const bucket = new ModelBucket(name)
    this.buckets.set(name, bucket)
    return bucket
  }

  createQueue(settings: QueueSettings): ModelQueue {
    const queue = new ModelQueue(settings)
    this.queues.push(queue)
    return queue
  }

  createTable(name: string): ModelTable {
    const table = new ModelTable(name)
    this.tables.set(name, table)
    return table
  }

  putSecret(id: string, text: string): void {
    this.secrets.set(id, text)
  }

  /** Tells the queue of each object whose key begins and ends so. */
  notify(bucket: ModelBucket, prefix: string, suffix: string, queue: ModelQueue): void {
    bucket.onCreated = (object, now) => {
      if (!object.key.startsWith(prefix) || !object.key.endsWith(suffix)) return
      const body = JSON.stringify(objectCreated(bucket.name, object))
      this.whenTold(now, (now) => void queue.send(now, { body }))
    }
  }

  queueAt(url: string): ModelQueue {
    const queue = this.queues.find((each) => each.url === url || each.arn === url)
    if (queue === undefined) throw new Error(`The model has no queue ${url}.`)
    return queue
  }
}

/** As much of S3's event as the pipeline reads; the local cloud's has the rest. */
const objectCreated = (bucket: string, { key, sequencer }: ModelObject) => ({
  Records: [
    { eventName: "ObjectCreated:Put", s3: { bucket: { name: bucket }, object: { key: eventKey(key), sequencer } } }
  ]
})
