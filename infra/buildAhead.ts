// Loaded before Pulumi and the program: the bundles are then built while those load. The program reports a failed build.
import { handlerBundles } from "./handlerBundles.ts"

handlerBundles().catch(() => {})
