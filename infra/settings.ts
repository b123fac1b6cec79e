import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A key of the stack's configuration: a string in the stack file. */
interface Setting<A> {
  /** As the CLI checks it. */
  readonly type: "string" | "integer" | "boolean"
  /** A noun phrase: the description in Pulumi.yaml is "`meaning` is `allowed`." */
  readonly meaning: string
  /** The allowed values in words, also for the error message. */
  readonly allowed: string
  readonly example: string
  readonly schema: Schema.Codec<A, string>
}

const setting = <A>(setting: Setting<A>): Setting<A> => setting

const text = (fields: Omit<Setting<string>, "type" | "schema">, isAllowed: RegExp | ((value: string) => boolean)) =>
  setting({
    type: "string",
    ...fields,
    schema: Schema.String.check(
      Schema.makeFilter((value) => (typeof isAllowed === "function" ? isAllowed(value) : isAllowed.test(value)))
    )
  })

const emailAddress = (meaning: string) =>
  text(
    { meaning, allowed: 'an e-mail address, or "" for none', example: "you@example.com" },
    /^([\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]{2,})?$/i
  )

/** In digits only: `1e1`, `" 10"` and `010` are no numbers here. */
const digits = Schema.String.check(Schema.isPattern(/^(0|[1-9]\d*)$/)).pipe(Schema.decodeTo(Schema.FiniteFromString))

const integer = (meaning: string, unit: string, minimum: number, maximum: number, example: string) =>
  setting({
    type: "integer",
    meaning,
    allowed: `a whole number${unit} from ${minimum} to ${maximum}`,
    example,
    schema: digits.check(Schema.isBetween({ minimum, maximum }))
  })

const onOrOff = (meaning: string, example: string) =>
  setting({
    type: "boolean",
    meaning,
    allowed: "true or false",
    example,
    schema: Schema.Literals(["true", "false"]).pipe(Schema.decodeTo(Schema.fromJsonString(Schema.Boolean)))
  })

/** EventBridge compares names exactly, Intl without regard to case. */
const isTimeZone = (name: string) =>
  /^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name) && Option.isSome(DateTime.zoneMakeNamed(name))

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653]
]

/** The stack's settings. `npm run docs` writes them to Pulumi.yaml, and `stackConfig` decodes their values. */
export const settings = {
  top: integer("The number of movies of a run", "", 1, 250, "10"),
  schedule: text(
    {
      meaning: "The schedule of the runs",
      allowed: "an expression of EventBridge Scheduler: cron(…), rate(…) or at(…)",
      example: '"cron(0 6 * * ? *)"'
    },
    () => true
  ),
  timeZone: text(
    {
      meaning: "The time zone of the schedule and of run dates",
      allowed: "a name of the IANA time zone database",
      example: "Europe/Berlin"
    },
    isTimeZone
  ),
  schedulePaused: onOrOff("The pause of the schedule, which then starts no run", "true"),
  sourceBucket: text(
    { meaning: "The bucket of the source list", allowed: "an S3 bucket name", example: "top-movies" },
    /^(?!.*\.\.)(?!\d+(\.\d+){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
  ),
  sourceKey: text(
    // The others are wildcards and variables in the policy that allows to read the key.
    {
      meaning: "The key of the source list",
      allowed: "an S3 key that does not begin with / and is without *, ? and $",
      example: "Top250Movies.json"
    },
    /^[^/*?$\s][^*?$\r\n]{0,1023}$/
  ),
  sourceRegion: text(
    { meaning: "The region of the source list's bucket", allowed: "an AWS region", example: "eu-central-1" },
    /^(af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(-(gov|isob?|isoe|isof|de))?-(central|(north|south)?(east|west)?)(?<!-)-\d$/
  ),
  omdbBaseUrl: text(
    {
      meaning: "The base URL of the OMDb API",
      allowed: "an http or https URL without a query",
      example: "https://www.omdbapi.com"
    },
    (url) => URL.canParse(url) && /^https?:\/\/[^\s?#@]+$/.test(url)
  ),
  allowPlainHttp: onOrOff("The permission to send the OMDb key unencrypted, to an http base URL", "true"),
  logRetentionDays: setting({
    type: "integer",
    meaning: "The number of days for which CloudWatch Logs keeps logs",
    allowed: `${logRetentions.slice(0, -1).join(", ")} or ${logRetentions.at(-1)}`,
    example: "30",
    schema: digits.check(Schema.makeFilter((days) => logRetentions.includes(days)))
  }),
  dataRetentionDays: integer(
    "The number of days for which the movies bucket keeps a run's objects",
    "",
    1,
    36_500,
    "3650"
  ),
  protectData: onOrOff("The protection of the movies bucket and table when the stack is destroyed", "true"),
  alarmEmail: emailAddress("The receiver of alarms"),
  datasetEmail: emailAddress("The receiver of the message that a day's dataset is there"),
  monthlyBudgetUsd: setting({
    // The CLI would refuse "" as an integer.
    type: "string",
    meaning: "The monthly budget of the AWS account",
    allowed: 'a whole number of US dollars up to 1000000, or 0 or "" for none',
    example: "5",
    schema: Schema.String.check(Schema.isPattern(/^(0|[1-9]\d*)?$/)).pipe(
      Schema.decodeTo(Schema.FiniteFromString.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })))
    )
  }),
  repositoryUrl: text(
    {
      meaning: "The base URL of docs/runbooks/ for links in alarms",
      allowed: 'an https URL without a query, or "" for none',
      example: "https://github.com/OWNER/REPOSITORY/blob/main"
    },
    (url) => url === "" || (URL.canParse(url) && /^https:\/\/[^\s?#]+$/.test(url))
  )
} as const
