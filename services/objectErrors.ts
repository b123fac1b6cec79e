import * as Schema from "effect/Schema"

const location = { bucket: Schema.String, key: Schema.String }

export class ObjectMissing extends Schema.TaggedError<ObjectMissing>()("ObjectMissing", location) {
  override get message(): string {
    return `There is no object s3://${this.bucket}/${this.key}.`
  }
}

export class ObjectTooLarge extends Schema.TaggedError<ObjectTooLarge>()("ObjectTooLarge", {
  ...location,
  size: Schema.Int,
  maxBytes: Schema.Int
}) {
  override get message(): string {
    return `s3://${this.bucket}/${this.key} has ${this.size} bytes, more than the limit of ${this.maxBytes}.`
  }
}

export class ObjectUnreadable extends Schema.TaggedError<ObjectUnreadable>()("ObjectUnreadable", {
  ...location,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot read s3://${this.bucket}/${this.key}: ${this.detail}`
  }
}

export class ObjectUnwritable extends Schema.TaggedError<ObjectUnwritable>()("ObjectUnwritable", {
  ...location,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot write s3://${this.bucket}/${this.key}: ${this.detail}`
  }
}

/** The condition of a put does not hold: another writer was first. */
export class ObjectChanged extends Schema.TaggedError<ObjectChanged>()("ObjectChanged", location) {
  override get message(): string {
    return `s3://${this.bucket}/${this.key} was written by another writer in the meantime.`
  }
}

export type ReadError = ObjectMissing | ObjectTooLarge | ObjectUnreadable
