// ONNX files of models of all kinds of layers through ONNX Runtime, against what seqnet says. Each
// row goes alone, as it is, and with all others as one batch of equal length.
//
//     FOLDER=folder-of-write_models node --test onnx.test.mjs
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import ort from 'onnxruntime-node'

const MOST_DIFFERENCE = 1e-5
const folder = process.env.FOLDER

// Rows of ids as one array, with zeros on the side of padding.
function tensorOf(rows, padding) {
  const time = Math.max(...rows.map((row) => row.length))
  const ids = new BigInt64Array(rows.length * time)
  rows.forEach((row, i) => {
    const start = i * time + (padding === 'pre' ? time - row.length : 0)
    row.forEach((id, k) => { ids[start + k] = BigInt(id) })
  })
  return new ort.Tensor('int64', ids, [rows.length, time])
}

async function score(session, rows, padding) {
  const { probabilities } = await session.run({ ids: tensorOf(rows, padding) })
  const labels = probabilities.dims[1]
  assert.equal(probabilities.dims[0], rows.length)
  return rows.map((_, i) => Array.from(probabilities.data.slice(i * labels, (i + 1) * labels)))
}

function difference(found, wanted) {
  let worst = 0
  wanted.forEach((row, i) => {
    assert.equal(found[i].length, row.length)
    row.forEach((p, k) => {
      const d = Math.abs(found[i][k] - p)
      worst = d <= worst ? worst : d
    })
  })
  return worst
}

const cases = fs.readFileSync(path.join(folder, 'cases.jsonl'), 'utf8').trim().split('\n')
  .map((line) => JSON.parse(line))

test('ONNX Runtime agrees with seqnet on all kinds of layers', async () => {
  let worst = 0
  for (const c of cases) {
    const options = { intraOpNumThreads: 1, logSeverityLevel: 3 }
    const session = await ort.InferenceSession.create(path.join(folder, c.file), options)
    const together = difference(await score(session, c.rows, c.padding), c.probabilities)
    const alone = []
    for (const row of c.rows) alone.push((await score(session, [row], c.padding))[0])
    const apart = difference(alone, c.probabilities)
    const d = Math.max(together, apart)
    assert.ok(d <= MOST_DIFFERENCE, `${c.file}: ${d} (${together}, ${apart}): ${c.layers}`)
    worst = Math.max(worst, d)
  }
  console.log(`${cases.length} models, worst difference of a probability ${worst}`)
})
