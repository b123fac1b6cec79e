// Pulumi's Node runtime loads this file before the program (nodeargs in Pulumi.yaml): an older Node cannot load index.ts.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old for this program: use npm run preview, npm run up or npm run pulumi -- …, which run Pulumi on Node 24.`
  )
  // Pulumi's code for a process that has explained its failure.
  process.exit(32)
}
