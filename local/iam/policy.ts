import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

// A policy with an element that is not in these schemas is an error: if the evaluation ignored the element, it could
// allow what AWS denies.

const matching = (pattern: RegExp, expected: string) => Schema.String.check(Schema.isPattern(pattern, { expected }))

const oneOrMore = <S extends Schema.Codec<string>>(one: S) => Schema.Union([one, Schema.NonEmptyArray(one)])

const Action = matching(/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, "* or an action such as s3:GetObject")

// In IAM a `*` that ends one of the first five fields also matches beyond it, so no wildcard is accepted there.
const Resource = matching(
  /^(\*|arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:(?!.*\$\{).+)$/s,
  "* or an ARN of six fields, no wildcard in the first five and no policy variable"
)

/** The condition keys that the local cloud provides; any other would always be missing. */
const ConditionKey = matching(
  /^(aws:(SecureTransport|PrincipalArn|PrincipalAccount|RequestedRegion|SourceArn|SourceAccount)|s3:(prefix|delimiter))$/i,
  "a condition key that the local cloud provides"
)

const Text = matching(/^(?!.*\$\{)/s, "a text without a policy variable")
const Arn = matching(
  /^arn:[^:$]+:[^:$]+:[^:$]*:[^:$]*:(?!.*\$\{).+$/s,
  "an ARN of six fields without a policy variable"
)

const comparedTo = (value: Schema.Codec<string>) =>
  Schema.optionalKey(Schema.Record(ConditionKey, oneOrMore(value)).check(Schema.isMinProperties(1)))

const Conditions = Schema.Struct({
  StringEquals: comparedTo(Text),
  StringLike: comparedTo(Text),
  ArnEquals: comparedTo(Arn),
  ArnLike: comparedTo(Arn),
  Bool: comparedTo(Schema.Literals(["true", "false"]))
})

export type Operator = keyof typeof Conditions.fields
const operators: ReadonlyArray<Operator> = ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"]

const RoleArn = matching(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/, "a role's ARN")
const ServiceName = matching(/^[a-z0-9.-]+\.amazonaws\.com$/, "a service such as s3.amazonaws.com")
const ServicePrincipal = Schema.Struct({ Service: oneOrMore(ServiceName) })
const Principal = Schema.Union([
  Schema.Literal("*"),
  ServicePrincipal,
  Schema.Struct({ AWS: Schema.Union([Schema.Literal("*"), oneOrMore(RoleArn)]) })
])

const common = {
  Sid: Schema.optionalKey(matching(/^[A-Za-z0-9]+$/, "letters and digits")),
  Effect: Schema.Literals(["Allow", "Deny"]),
  Condition: Schema.optionalKey(Conditions)
}
const IdentityStatement = Schema.Struct({ ...common, Action: oneOrMore(Action), Resource: oneOrMore(Resource) })
const ResourceStatement = Schema.Struct({ ...IdentityStatement.fields, Principal })
const TrustStatement = Schema.Struct({
  ...common,
  Action: Schema.Literal("sts:AssumeRole"),
  Principal: ServicePrincipal
})
type DeclaredStatement = typeof IdentityStatement.Type | typeof ResourceStatement.Type | typeof TrustStatement.Type

/** Satisfied by a request that has the key with any of the values. */
export interface Condition {
  readonly operator: Operator
  /** In lower case: keys are not case-sensitive. */
  readonly key: string
  readonly values: ReadonlyArray<string>
}

/** A statement of any type of policy; an element that the type does not have is `*`. */
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

const toList = (value: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : value

const toConditions = (conditions: typeof Conditions.Type): ReadonlyArray<Condition> =>
  operators.flatMap((operator) =>
    Object.entries(conditions[operator] ?? {}).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: toList(values)
    }))
  )

const toPrincipals = (principal: typeof Principal.Type): ReadonlyArray<string> => {
  if (principal === "*") return ["*"]
  return toList("Service" in principal ? principal.Service : principal.AWS)
}

const toStatement = (declared: DeclaredStatement): Statement => ({
  sid: declared.Sid,
  effect: declared.Effect,
  principals: "Principal" in declared ? toPrincipals(declared.Principal) : ["*"],
  actions: toList(declared.Action),
  resources: "Resource" in declared ? toList(declared.Resource) : ["*"],
  conditions: toConditions(declared.Condition ?? {})
})

/** A function that parses a policy in JSON and throws at any element that is not emulated. */
const policyParser = <S extends DeclaredStatement>(statement: Schema.Codec<S, unknown>) => {
  const Document = Schema.Struct({ Version: Schema.Literal("2012-10-17"), Statement: Schema.NonEmptyArray(statement) })
  const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Document), { onExcessProperty: "error" })
  return (name: string, document: string): Policy => {
    const malformed = (detail: string) =>
      new Error(`MalformedPolicyDocument: the local cloud cannot evaluate the policy ${name}: ${detail}`)
    const decoded = decode(document)
    if (Result.isFailure(decoded)) throw malformed(decoded.failure.message.replaceAll(/\n\s*/g, " "))
    const statements = decoded.success.Statement.map(toStatement)
    const sids = statements.flatMap(({ sid }) => sid ?? [])
    if (new Set(sids).size < sids.length) throw malformed("two statements have the same Sid")
    return { name, statements }
  }
}

/** Of a role. */
export const identityPolicy = policyParser(IdentityStatement)
/** Of a bucket or a queue. */
export const resourcePolicy = policyParser(ResourceStatement)
/** Of a role: the services that may assume it. */
export const trustPolicy = policyParser(TrustStatement)
