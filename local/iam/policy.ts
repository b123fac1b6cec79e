import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

// What is not in these schemas is refused when a policy is attached: left out of the evaluation, it could allow what
// AWS denies.

const expecting = (pattern: RegExp, expected: string) => Schema.String.check(Schema.isPattern(pattern, { expected }))

const oneOrMore = <S extends Schema.Codec<string>>(one: S) => Schema.Union([one, Schema.NonEmptyArray(one)])

const Sid = expecting(/^[A-Za-z0-9]+$/, "letters and digits")
const Action = expecting(/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, "* or an action such as s3:GetObject")

// IAM lets a `*` that ends one of the first five fields reach beyond it, so there every wildcard is refused.
const Resource = expecting(
  /^(\*|arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:(?!.*\$\{).+)$/s,
  "* or an ARN of six fields, no wildcard in the first five and no policy variable"
)

const AnArn = expecting(
  /^arn:[^:$]+:[^:$]+:[^:$]*:[^:$]*:(?!.*\$\{).+$/s,
  "an ARN of six fields without a policy variable"
)
const Text = expecting(/^(?!.*\$\{)/s, "a text without a policy variable")

/** The condition keys that the local cloud fills in; any other would always be missing here. */
const Key = expecting(
  /^(aws:(SecureTransport|PrincipalArn|PrincipalAccount|RequestedRegion|SourceArn|SourceAccount)|s3:(prefix|delimiter))$/i,
  "a condition key that the local cloud knows"
)

const wanting = (value: Schema.Codec<string>) =>
  Schema.optionalKey(Schema.Record(Key, oneOrMore(value)).check(Schema.isMinProperties(1)))

const Conditions = Schema.Struct({
  StringEquals: wanting(Text),
  StringLike: wanting(Text),
  ArnEquals: wanting(AnArn),
  ArnLike: wanting(AnArn),
  Bool: wanting(Schema.Literals(["true", "false"]))
})

const Role = expecting(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/, "a role's ARN")
const Service = expecting(/^[a-z0-9.-]+\.amazonaws\.com$/, "a service such as s3.amazonaws.com")
const AService = Schema.Struct({ Service: oneOrMore(Service) })
const Principal = Schema.Union([
  Schema.Literal("*"),
  AService,
  Schema.Struct({ AWS: Schema.Union([Schema.Literal("*"), oneOrMore(Role)]) })
])

const common = {
  Sid: Schema.optionalKey(Sid),
  Effect: Schema.Literals(["Allow", "Deny"]),
  Condition: Schema.optionalKey(Conditions)
}
const Identity = Schema.Struct({ ...common, Action: oneOrMore(Action), Resource: oneOrMore(Resource) })
const OnResource = Schema.Struct({ ...Identity.fields, Principal })
const Trust = Schema.Struct({ ...common, Action: Schema.Literal("sts:AssumeRole"), Principal: AService })

export type Operator = keyof typeof Conditions.fields

/** Met by a request that has the key with any of the values. */
export interface Condition {
  readonly operator: Operator
  /** In small letters, since capitals make no difference. */
  readonly key: string
  readonly values: ReadonlyArray<string>
}

/** A statement in one form, whatever kind of policy it is from: who is left out there is anyone, and so is what. */
export interface Statement {
  readonly sid: string | undefined
  readonly effect: "Allow" | "Deny"
  /** ARNs of roles, names of services, or `*`. */
  readonly principals: ReadonlyArray<string>
  readonly actions: ReadonlyArray<string>
  readonly resources: ReadonlyArray<string>
  readonly conditions: ReadonlyArray<Condition>
}

export interface Policy {
  readonly name: string
  readonly statements: ReadonlyArray<Statement>
}

const listOf = (value: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : value

const operators: ReadonlyArray<Operator> = ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"]

const conditionsOf = (conditions: typeof Conditions.Type): ReadonlyArray<Condition> =>
  operators.flatMap((operator) =>
    Object.entries(conditions[operator] ?? {}).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: listOf(values)
    }))
  )

const principalsOf = (principal: typeof Principal.Type): ReadonlyArray<string> => {
  if (principal === "*") return ["*"]
  return listOf("Service" in principal ? principal.Service : principal.AWS)
}

type Declared = typeof Identity.Type | typeof OnResource.Type | typeof Trust.Type

const statementOf = (declared: Declared): Statement => ({
  sid: declared.Sid,
  effect: declared.Effect,
  principals: "Principal" in declared ? principalsOf(declared.Principal) : ["*"],
  actions: listOf(declared.Action),
  resources: "Resource" in declared ? listOf(declared.Resource) : ["*"],
  conditions: conditionsOf(declared.Condition ?? {})
})

const reader = <S extends Declared>(statement: Schema.Codec<S, unknown>) => {
  const Document = Schema.Struct({ Version: Schema.Literal("2012-10-17"), Statement: Schema.NonEmptyArray(statement) })
  const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Document), { onExcessProperty: "error" })
  return (name: string, document: string): Policy => {
    const refused = (detail: string) =>
      new Error(`MalformedPolicyDocument: the policy ${name} has what the local cloud does not know: ${detail}`)
    const decoded = decode(document)
    if (Result.isFailure(decoded)) throw refused(decoded.failure.message.replaceAll(/\n\s*/g, " "))
    const statements = decoded.success.Statement.map(statementOf)
    const sids = statements.flatMap(({ sid }) => sid ?? [])
    if (new Set(sids).size < sids.length) throw refused("one Sid on two statements")
    return { name, statements }
  }
}

/** Reads a policy of a role, in JSON. Throws at whatever it does not know. */
export const identityPolicy = reader(Identity)

/** Reads a policy of a bucket or a queue, in JSON. Throws at whatever it does not know. */
export const resourcePolicy = reader(OnResource)

/** Reads who may assume a role, in JSON. Throws at whatever it does not know. */
export const trustPolicy = reader(Trust)
