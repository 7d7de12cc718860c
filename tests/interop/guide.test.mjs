// The guide's example for Node.js, with a model as the guide makes it, against "seqnet predict".
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const folder = path.join(process.env.FOLDER, 'guide')
const env = { ...process.env, PATH: `${path.dirname(process.env.SEQNET)}:${process.env.PATH}` }
const run = (...words) => execFileSync(words[0], words.slice(1), { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })

test("the guide's example agrees with seqnet predict", () => {
  const page = fs.readFileSync(path.join(here, '..', '..', 'src', 'guide', 'exports.md'), 'utf8')
  const example = page.match(/```js\n([\s\S]*?)```/)[1]
  fs.mkdirSync(folder)
  fs.symlinkSync(path.join(here, 'node_modules'), path.join(folder, 'node_modules'))
  fs.writeFileSync(path.join(folder, 'example.mjs'), example)
  run('seqnet', 'train', 'builtin:demo', '--ngrams', 'off', '--epochs', '1', '-o', 'reviews.safetensors')
  run('seqnet', 'export', '-m', 'reviews.safetensors', '-o', 'reviews.onnx')
  const text = example.match(/text = '(.*)'/)[1]
  const answer = JSON.parse(run('seqnet', 'predict', '-m', 'reviews.safetensors', '--json', text))
  const wanted = Object.values(answer.probabilities)
  const found = JSON.parse(run('node', 'example.mjs').toString())
  assert.equal(found.length, wanted.length)
  found.forEach((p, i) => assert.ok(Math.abs(p - wanted[i]) < 2e-6, `${p}, ${wanted[i]}`))
})
