import { createHash } from "node:crypto"

export interface ModelObject {
  readonly key: string
  readonly text: string
  readonly etag: string
  /** Hexadecimal; a later put of the same key has a greater one. */
  readonly sequencer: string
}

/** A bucket of S3: whoever reads after a write sees it, and the last write wins. */
export class ModelBucket {
  readonly name: string
  /** Called with each object that is put. */
  onCreated: (object: ModelObject, now: number) => void = () => {}
  private readonly objects = new Map<string, ModelObject>()
  /** Every put since the beginning. */
  readonly puts: Array<{ readonly at: number; readonly key: string; readonly text: string }> = []

  constructor(name: string) {
    this.name = name
  }

  put(now: number, key: string, text: string): void {
    this.puts.push({ at: now, key, text })
    // Of any length: zeros at its end may be left out.
    const sequencer = (0x5f00_0000 + this.puts.length).toString(16).toUpperCase().replace(/0+$/, "")
    const object = { key, text, etag: createHash("md5").update(text).digest("hex"), sequencer }
    this.objects.set(key, object)
    this.onCreated(object, now)
  }

  get(key: string): ModelObject | undefined {
    return this.objects.get(key)
  }

  /** In the order of the keys' UTF-8 bytes. */
  list(prefix = ""): ReadonlyArray<ModelObject> {
    return [...this.objects.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)))
  }
}
