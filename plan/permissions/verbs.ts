/** In place of an action where a policy, or a statement of one, is shown as it is written. */
export const asWritten = "(as written)"

const verbs: Readonly<Record<string, string>> = {
  [asWritten]: "do as written:",
  "cloudwatch:PutMetricData": "put metrics to",
  "dynamodb:BatchWriteItem": "write batches of items to",
  "dynamodb:DeleteItem": "delete items from",
  "dynamodb:GetItem": "get items from",
  "dynamodb:PutItem": "put items in",
  "dynamodb:Query": "query",
  "dynamodb:Scan": "scan",
  "dynamodb:UpdateItem": "update items in",
  "lambda:InvokeFunction": "invoke",
  "logs:CreateLogStream": "create streams in",
  "logs:PutLogEvents": "write to",
  "s3:*": "do anything (s3:*) to",
  "s3:DeleteObject": "delete",
  "s3:GetObject": "get",
  "s3:ListBucket": "list",
  "s3:PutObject": "put",
  "secretsmanager:GetSecretValue": "read",
  "sns:Publish": "publish to",
  "sqs:ChangeMessageVisibility": "change the visibility of messages in",
  "sqs:DeleteMessage": "delete from",
  "sqs:GetQueueAttributes": "read the attributes of",
  "sqs:ReceiveMessage": "receive from",
  "sqs:SendMessage": "send to",
  "sts:AssumeRole": "take on"
}

/** An IAM action in plain words; one that is not known here stays as it is, so that it is never overlooked. */
export const verbOf = (action: string): string => verbs[action] ?? `do ${action} on`
