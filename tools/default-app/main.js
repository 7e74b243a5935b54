// `electron [-r module] <folder of an app>`: the part of Electron's own default app that tests need.
// The stand-by runtime comes from a packaged app, which has none.
'use strict'
const { app } = require('electron')
const Module = require('node:module')
const path = require('node:path')

const preloads = []
let folder
for (let i = 1; i < process.argv.length && !folder; i++) {
  const word = process.argv[i]
  if (word === '-r' || word === '--require') preloads.push(process.argv[++i])
  else if (!word.startsWith('-')) folder = path.resolve(word)
}
if (!folder) throw new Error('usage: electron <folder of an app>')

const manifest = require(path.join(folder, 'package.json'))
process.defaultApp = true
const name = manifest.productName ?? manifest.name
if (name) app.setName(name)
if (manifest.version) app.setVersion(manifest.version)
app.setAppPath(folder)
const profile = app.commandLine.getSwitchValue('user-data-dir')
app.setPath('userData', profile || path.join(app.getPath('appData'), app.getName()))
for (const preload of preloads) require(preload)
Module._load(path.join(folder, manifest.main ?? 'index.js'), module, true)
