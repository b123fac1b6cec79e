import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"

/** The OMDb key in Secrets Manager, the only place of a deployed stack that has it. */
export class OmdbApiKey extends pulumi.ComponentResource {
  readonly secret: aws.secretsmanager.Secret

  constructor(name: string, args: { readonly value: pulumi.Output<string> }, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:OmdbApiKey", name, {}, opts)
    this.secret = new aws.secretsmanager.Secret(
      name,
      // No recovery window: a destroyed stack can be created again at once. The key itself stays valid at OMDb.
      { description: "The OMDb API key", recoveryWindowInDays: 0 },
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
