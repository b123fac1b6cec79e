/** What a listing tells of an object. */
export interface Listed {
  readonly key: string
  readonly size: number
  /** With its quotes, as S3 sends it. */
  readonly eTag: string
  readonly lastModified: Date
}

interface Entry extends Listed {
  readonly bytes: Buffer
}

/** The keys of a bucket in S3's order, that of their UTF-8 bytes. fauxqs sorts by locale and loses keys between pages. */
export class KeyIndex {
  #entries: Array<Entry> = []

  /** Where the key is, or would be. */
  #position(bytes: Buffer): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.#entries[middle]
      if (entry !== undefined && Buffer.compare(entry.bytes, bytes) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  get(key: string): Listed | undefined {
    const entry = this.#entries[this.#position(Buffer.from(key))]
    return entry?.key === key ? entry : undefined
  }

  put(object: Listed): void {
    const bytes = Buffer.from(object.key)
    const known = this.get(object.key) === undefined ? 0 : 1
    this.#entries.splice(this.#position(bytes), known, { ...object, bytes })
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) this.#entries.splice(this.#position(Buffer.from(key)), 1)
  }

  /** The objects under the prefix whose keys come after the given one. */
  *after(key: string, prefix: string): Generator<Listed> {
    const start = Buffer.compare(Buffer.from(key), Buffer.from(prefix)) < 0 ? prefix : key
    for (let at = this.#position(Buffer.from(start)); ; at++) {
      const entry = this.#entries[at]
      if (entry === undefined || !entry.key.startsWith(prefix)) return
      if (entry.key !== key || key === "") yield entry
    }
  }
}
