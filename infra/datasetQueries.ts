import type * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"

/** A stack output: SQL that runs as it is in the workgroup. */
export const datasetQueries = (database: aws.glue.CatalogDatabase, workgroup: aws.athena.Workgroup) => {
  const movies = pulumi.interpolate`"${database.name}"."movies"`
  const genres = pulumi.interpolate`"${database.name}"."genres"`
  // Athena lists the folder of each day between the bounds.
  const since = (days: number) => `run_date > current_date - INTERVAL '${days}' DAY`
  return {
    workgroup: workgroup.name,
    database: database.name,
    todaysRanking: pulumi.interpolate`SELECT rank, title, year, imdb_rating, rotten_tomatoes, metascore
FROM ${movies}
WHERE ${since(31)} AND run_date = (SELECT max(run_date) FROM ${movies} WHERE ${since(31)})
ORDER BY rank, imdb_id`,
    historyOfMovie: pulumi.interpolate`SELECT run_date, rank, imdb_rating, imdb_votes
FROM ${movies}
WHERE imdb_id = 'tt0111161' AND ${since(365)}
ORDER BY run_date`,
    genresOverTime: pulumi.interpolate`SELECT run_date, genre, movies, mean_imdb_rating
FROM ${genres}
WHERE ${since(365)}
ORDER BY run_date, movies DESC, genre`
  }
}
