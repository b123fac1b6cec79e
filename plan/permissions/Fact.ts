/** One action on one resource that someone may do, or may never do: the smallest thing that is gained or lost. */
export interface Fact {
  /** A function by its name, `the schedule daily`, `the service s3.amazonaws.com`, `anyone`. */
  readonly who: string
  readonly may: "may" | "may never"
  readonly action: string
  /** As the policy names it. */
  readonly resource: string
  /** What the sentence is about: the movies bucket, its log. */
  readonly object: string
  /** Which part of it: an object's key or the like of it; absent where it is all of it. */
  readonly key?: string
  /** In words; empty where there is none. */
  readonly condition: string
}

/** Two facts are the same when these are. */
export const identityOf = ({ who, may, action, resource, condition }: Fact): string =>
  JSON.stringify([who, may, action, resource, condition])
