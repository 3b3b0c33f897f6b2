#!/usr/bin/env node
// Old JavaScript on purpose: every Node that can be met must get as far as the message below.
// The real start is in launch.js, which a Node that is too old never parses.
var minimumMajor = 24

if (parseInt(process.versions.node, 10) < minimumMajor) {
  process.stderr.write(
    'transload needs Node ' +
      minimumMajor +
      ' or newer; this is Node ' +
      process.versions.node +
      '. Install it, or, in a checkout after npm ci, start: npx transload\n',
  )
  process.exitCode = 2
} else {
  import('./launch.js').then(
    function (launcher) {
      return launcher.launch(process.argv.slice(2))
    },
    function (error) {
      process.stderr.write('transload: its own files are damaged, install it again: ' + error + '\n')
      process.exitCode = 70
    },
  )
}
