import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { afterAll } from "vitest"

const root = new URL("../..", import.meta.url).pathname
const blocks = [...readFileSync(join(root, "docs/deploy.md"), "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)]

/** Records its call on one line and prints what the page's next command takes from it. */
const substitute = (tool: string) => `#!/bin/bash
call="${tool} $*"
[ ! -p /dev/stdin ] || cat > /dev/null
printf '%s\\n' "\${call//$'\\n'/ }" >> calls.txt
case "$call" in
  "aws sts get-caller-identity"*) echo 111122223333 ;;
  "aws kms create-key"*) echo 1234abcd ;;
  "aws iam list-role-policies"*) echo state ;;
  "gh api repos/OWNER/REPOSITORY --jq"*) echo repo:OWNER@1/REPOSITORY@2 ;;
  "gh api user"*) echo 3 ;;
  "npm run --silent pulumi -- stack output moviesBucket"*) echo movies-1234 ;;
  *) echo '{}' ;;
esac
`

/** Which call has to come before which, with the names of the resources in both. */
const order: ReadonlyArray<readonly [call: RegExp, before: ReadonlyArray<string>]> = [
  [/^aws s3api put-\S+ --bucket (\S+)/, ["aws s3api create-bucket --bucket $1 "]],
  [/^npm run pulumi -- login s3:\/\/([^?]+)/, ["aws s3api put-bucket-versioning --bucket $1 "]],
  [
    /^npm run pulumi -- stack init (\w+) --secrets-provider awskms/,
    ["npm run pulumi -- login", "aws kms create-alias"]
  ],
  [/^npm run pulumi -- config set .*--stack (\w+)/, ["npm run pulumi -- stack init $1 "]],
  [/^npm run (?:up|preview|destroy) -- --stack (\w+)/, ["npm run pulumi -- config set --secret omdbApiKey --stack $1"]],
  [
    /^npm run (?:--silent )?pulumi -- (?:stack output|stack export|refresh|import) .*--stack (\w+)/,
    ["npm run pulumi -- stack init $1 "]
  ],
  [/^npm run --silent pulumi -- stack output .*--stack (\w+)/, ["npm run up -- --stack $1"]],
  [/^aws s3 cp s3:\/\/movies-1234\//, ["npm run etl -- run "]],
  [/^aws iam create-role /, ["aws iam create-open-id-connect-provider "]],
  [/^aws iam put-role-policy --role-name (\S+)/, ["aws iam create-role --role-name $1 "]],
  [
    /^gh api --method POST repos\/OWNER\/REPOSITORY\/environments\/(\w+)\//,
    ["gh api --method PUT repos/OWNER/REPOSITORY/environments/$1 "]
  ],
  [
    /^gh variable set AWS_\w+_ROLE --body arn:aws:iam::111122223333:role\/imdb-etl-(\w+)/,
    [
      "aws iam put-role-policy --role-name imdb-etl-$1 --policy-name state ",
      "gh api --method PUT repos/OWNER/REPOSITORY/environments/$1",
      "gh variable set AWS_REGION ",
      "gh variable set PULUMI_BACKEND_URL "
    ]
  ],
  [/^git push/, ["gh variable set AWS_PROD_ROLE ", "npm run pulumi -- stack init prod ", "git commit "]],
  [/^aws iam delete-role --role-name (\S+)/, ["aws iam delete-role-policy --role-name $1 "]],
  [/^aws kms schedule-key-deletion /, ["npm run destroy -- --stack dev", "npm run destroy -- --stack prod"]]
]

describe("the commands of docs/deploy.md, run in its order", () => {
  const folder = mkdtempSync(join(tmpdir(), "imdb-etl-test-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  let calls: ReadonlyArray<string> = []

  beforeAll(() => {
    symlinkSync(join(root, "docs"), join(folder, "docs"))
    for (const tool of ["aws", "gh", "git", "jq", "npm"]) {
      writeFileSync(join(folder, tool), substitute(tool), { mode: 0o755 })
    }
    const { status, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-euo", "pipefail", "-c", blocks.map(([, text]) => text).join("\n")],
      {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        env: { PATH: `${folder}${delimiter}${process.env["PATH"]}` }
      }
    )
    assert.strictEqual(status, 0, stderr)
    calls = readFileSync(join(folder, "calls.txt"), "utf8").trimEnd().split("\n")
  })

  it.each(order)("call %s after what it needs", (call, before) => {
    const found = calls.flatMap((each, position) => {
      const match = call.exec(each)
      return match === null ? [] : [{ each, position, name: match[1] ?? "" }]
    })
    assert.isNotEmpty(found)
    for (const { each, position, name } of found) {
      for (const needed of before.map((text) => text.replace("$1", name))) {
        assert.isTrue(
          calls.slice(0, position).some((earlier) => earlier.startsWith(needed)),
          `"${needed}" does not come before "${each}"`
        )
      }
    }
  })

  it("give each role its trust and its policies, with every placeholder replaced", () => {
    const documents = calls.flatMap((call) =>
      [...call.matchAll(/--role-name imdb-etl-(\w+) .*-document (\{.*\})$/g)].map(([, role = "", json = ""]) => {
        assert.notMatch(json, /ACCOUNT_ID|REGION|STATE_BUCKET|KEY_ID|SUBJECT|ENVIRONMENT/)
        return { role, document: JSON.parse(json) }
      })
    )
    assert.strictEqual(documents.length, 3 * 4)
    for (const { role, document } of documents) {
      const [{ Action, Condition }] = document.Statement
      if (Action === "sts:AssumeRoleWithWebIdentity") {
        assert.deepStrictEqual(Condition, {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": `repo:OWNER@1/REPOSITORY@2:environment:${role}`
          }
        })
      }
      const writes = /"(s3:PutObject|s3:\*|iam:PutRolePolicy)"/.test(JSON.stringify(document))
      assert.isFalse(writes && role === "preview", role)
    }
  })

  it("name only files that exist", () => {
    for (const path of calls.flatMap((call) => [...call.matchAll(/file:\/\/(\S+)/g)].map(([, path = ""]) => path))) {
      assert.isTrue(existsSync(join(root, path)), path)
    }
  })
})
