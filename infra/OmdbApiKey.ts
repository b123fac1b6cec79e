import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"

/** The OMDb key in Secrets Manager, its only home once deployed. */
export class OmdbApiKey extends pulumi.ComponentResource {
  readonly secret: aws.secretsmanager.Secret

  constructor(name: string, args: { readonly value: pulumi.Output<string> }, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:OmdbApiKey", name, {}, opts)
    this.secret = new aws.secretsmanager.Secret(
      name,
      // No recovery window: a destroyed stack can be made again at once, and the key lives on with OMDb.
      { description: "The key of the OMDb API", recoveryWindowInDays: 0 },
      { parent: this }
    )
    new aws.secretsmanager.SecretVersion(
      `${name}-value`,
      { secretId: this.secret.id, secretString: args.value },
      { parent: this }
    )
    this.registerOutputs({ secret: this.secret.arn })
  }
}
