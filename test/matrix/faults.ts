/**
 * Every fault with a known end, by family: what goes wrong, and what happens then. A test of the same name holds each,
 * and `docs/failures.md` has a row for each.
 */
export const faults = {
  omdb: {
    "the daily limit is reached at the fourth movie":
      "the movies not yet asked about wait at least four hours, unasked, and all end enriched",
    "the daily limit does not come back":
      "the other movies are gaps and dead letters after eight receives, with at most one call each a receive",
    "the key is invalid":
      "the secret is read once more, then all movies are gaps, after at most four calls for a batch of ten",
    "the key is rotated in mid-run": "the secret is read once more and all movies end enriched, with no redeploy",
    "503, 522 and 524 in HTML, then well": "asked again within seconds, and enriched at the first receive",
    "403 in HTML, then well": "asked again within seconds, and enriched at the first receive",
    "down for longer than a call is repeated": "only those movies come back, a minute later, and end enriched",
    "malformed JSON, then well": "asked again within seconds, and enriched at the first receive",
    "`Incorrect IMDb ID.`": "a gap at once, with one call, and nine rows",
    "an answer about another id": "a gap at once, with one call, and nine rows",
    "`Error getting data.`, then well": "asked again within seconds, and enriched at the first receive",
    "`N/A` everywhere, a range of years, odd money": "enriched, and what cannot be read is empty",
    "no answer at all": "the call ends after eight seconds, only that movie comes back, and it ends enriched",
    "the connection is reset": "asked again within seconds, and enriched at the first receive"
  },
  delivery: {
    "a movie's message comes twice": "the same object is written twice, and there is one row",
    "the messages come in reverse order": "the CSV is in order of rank all the same",
    "a movie's message comes a quarter of an hour after the others": "the CSV waits for it",
    "an acknowledgement is lost": "the movie is enriched again, on the same key, and there is one row",
    "every export message comes twice": "the CSV is written once",
    "a CSV's arrival is told twice": "the table has rows once",
    "a CSV's arrival is told after that of a newer one": "the table keeps the newer one's rows",
    "one message in ten cannot be read":
      "nine movies are enriched, one is a dead letter after eight receives, and the run stays unfinished",
    "a movie's message is of another version":
      "nine movies are enriched, one is a dead letter after eight receives, and the run stays unfinished",
    "an export message is of another version": "it is a dead letter after five receives, and the CSV is made"
  },
  functions: {
    "stage 1 dies in mid fan-out": "its retry sends all messages again, and each movie has one object and one row",
    "stage 1 dies before it has queued anything": "its retry does everything",
    "stage 1 dies at every attempt":
      "the run's event is a dead letter after three attempts, and its roster names the movies",
    "stage 2 dies before a movie's object is written": "the batch comes back, and all end enriched",
    "stage 2 dies after a movie's object is written": "the batch comes back, and the same objects are written again",
    "stage 2 dies after the export message, before the acknowledgement":
      "the batch comes back, and the CSV is the same",
    "stage 2 is killed on a movie's last receive":
      "that movie is a dead letter only, and the run stays unfinished and says which one is missing",
    "stage 2 is killed on a movie's last receive, after its object is written":
      "the movie is enriched and a dead letter, and the CSV waits for its redrive",
    "stage 3 dies between the CSV and the manifest": "it comes back and writes both",
    "stage 4 dies in the middle of the rows": "it comes back and writes them all",
    "a run across midnight in a warm container": "every object has the run's own date, and so have the next day's"
  },
  services: {
    "SQS refuses a part of a batch": "those entries are sent again, and each movie is asked about once",
    "SQS refuses one message for good":
      "stage 1 fails three times, the others are enriched, and the run's event is a dead letter",
    "SQS loses the answer to a batch": "it is sent again, and each movie has one object and one row",
    "SQS loses the answer to a receive": "the messages come back when their lease ends, and all end enriched",
    "SQS does not change when a message is seen again":
      "it comes back after the queue's own timeout, and ends enriched",
    "S3 says SlowDown for longer than the SDK repeats": "only that movie comes back, and it ends enriched",
    "S3 never takes a movie's object": "after eight receives a gap and a dead letter, and nine rows",
    "S3 loses the answer to a put": "it is put again within the same receive",
    "S3 says SlowDown while the CSV is made": "the export comes back, and the CSV is made",
    "S3 never takes the CSV": "an export message is a dead letter after five receives, and every movie has its object",
    "DynamoDB throttles": "put again within seconds, and the table has every row",
    "DynamoDB never takes a row": "the CSV's arrival is a dead letter after five receives, and the CSV is there",
    "Secrets Manager refuses, then gives the key": "those movies come back, and all end enriched"
  },
  list: {
    "forbidden (403)":
      "stage 1 fails three times with one sentence, nothing is queued, and the run's event is a dead letter",
    "forbidden once": "stage 1 is tried again, and all movies end enriched",
    "missing (404)":
      "stage 1 fails three times with one sentence, nothing is queued, and the run's event is a dead letter",
    empty: "stage 1 fails three times with one sentence, nothing is queued, and the run's event is a dead letter",
    "shorter than the run":
      "stage 1 fails three times with one sentence, nothing is queued, and the run's event is a dead letter",
    "with a row twice":
      "stage 1 fails three times with one sentence, nothing is queued, and the run's event is a dead letter",
    "50 MB long":
      "stage 1 fails three times before it reads it, nothing is queued, and the run's event is a dead letter",
    shuffled: "the ten best by rank are enriched",
    "with CRLF line ends": "the ten best by rank are enriched",
    "with a byte order mark": "the ten best by rank are enriched"
  },
  hostile: {
    "titles of the list with paths, quotes, formulas, tags and control characters":
      "enriched under their ids, and the CSV and the table have the titles as they are",
    "ids of the list that are paths, formulas or `__proto__`":
      "those rows are skipped and counted, and the next take their place",
    "a title of a megabyte": "that row is skipped and counted, and the next takes its place",
    "prototype keys in the list": "they are as good as absent",
    "a list nested a hundred thousand deep": "refused with one sentence, and the run's event is a dead letter",
    "an answer of OMDb's with paths, formulas and control characters in every field":
      "enriched under its id, and the CSV and the table have the texts as they are",
    "an answer of OMDb's with prototype keys, deep JSON and megabytes of text":
      "enriched, without what is no text of a bounded length",
    "an answer of OMDb's of six megabytes": "no answer: asked again, and enriched",
    "messages with paths, prototype keys or deep JSON in place of a movie":
      "dead letters after eight receives, and nothing is written",
    "S3 events of keys and buckets that are not ours": "dead letters after five receives, and the table stays as it is",
    "objects under `csv/` that are no CSV of a run": "their arrival is a dead letter, and the table stays as it is",
    "a run asked for with a path for its date": "refused with one sentence, and the event is a dead letter",
    "a connection from elsewhere, for another host or from a web page": "refused"
  }
} as const

export type Faults = typeof faults
export type Family = keyof Faults
export type NameOf<F extends Family> = keyof Faults[F]
