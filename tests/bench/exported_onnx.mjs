// Scores rows of ids with model.onnx, 50 at a time on one thread, and prints the seconds that took and
// the probabilities: exported_onnx.mjs FOLDER NODE_MODULES
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [folder, modules] = process.argv.slice(2)
const ort = createRequire(path.join(modules, 'x.js'))('onnxruntime-node')
const BATCH = 50

const rows = fs.readFileSync(path.join(folder, 'rows.txt'), 'utf8').trim().split('\n')
  .map((line) => line.split(' ').map(BigInt))

function tensorOf(batch) {
  const time = Math.max(...batch.map((row) => row.length))
  const ids = new BigInt64Array(batch.length * time)
  batch.forEach((row, i) => ids.set(row, (i + 1) * time - row.length))
  return new ort.Tensor('int64', ids, [batch.length, time])
}

const session = await ort.InferenceSession.create(path.join(folder, 'model.onnx'),
  { intraOpNumThreads: 1, logSeverityLevel: 3 })
const probabilities = []
const begin = performance.now()
for (let i = 0; i < rows.length; i += BATCH) {
  const result = await session.run({ ids: tensorOf(rows.slice(i, i + BATCH)) })
  const { data, dims } = result.probabilities
  for (let k = 0; k < dims[0]; k++) probabilities.push(Array.from(data.slice(k * dims[1], (k + 1) * dims[1])))
}
const seconds = (performance.now() - begin) / 1000
console.log(JSON.stringify({ seconds, probabilities }))
