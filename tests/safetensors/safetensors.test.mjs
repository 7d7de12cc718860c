// A model file is a safetensors file for a reader of another project: Hugging Face's, which reads
// the header, and NumPy's view of the tensors' bytes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSafetensorsMetadata } from '@huggingface/hub';

const seqnet = process.env.SEQNET;
const folder = mkdtempSync(join(tmpdir(), 'seqnet-interop-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

function run(...args) {
    return execFileSync(seqnet, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
}

// Answers as a web server does that has the file.
function serve(file) {
    const bytes = readFileSync(file);
    return async (url, init = {}) => {
        const range = new Headers(init.headers).get('range');
        const [, from, to] = range ? range.match(/bytes=(\d+)-(\d+)/) : [null, '0', `${bytes.length - 1}`];
        const last = Math.min(Number(to), bytes.length - 1);
        return new Response(bytes.subarray(Number(from), last + 1), {
            status: range ? 206 : 200,
            headers: {
                'content-range': `bytes ${from}-${last}/${bytes.length}`,
                'content-length': `${last + 1 - Number(from)}`,
                etag: '"0"',
            },
        });
    };
}

async function readHeader(file) {
    const read = await parseSafetensorsMetadata({
        repo: { type: 'model', name: 'local/model' },
        path: 'model.safetensors',
        computeParametersCount: true,
        fetch: serve(file),
    });
    return read;
}

// The arrays of an .npz as NumPy reads them: shape and bytes.
function readNpz(file) {
    const program = `
import base64, json, sys
import numpy as np
z = np.load(sys.argv[1])
names = sorted((n for n in z.files if n.startswith('arr_')), key=lambda n: int(n[4:]))
print(json.dumps([[z[n].dtype.str, list(z[n].shape), base64.b64encode(z[n].tobytes()).decode()] for n in names]))
`;
    const printed = execFileSync(process.env.PYTHON3 ?? 'python3', ['-c', program, file], { maxBuffer: 1 << 28 });
    return JSON.parse(printed).map(([type, shape, bytes]) => ({ type, shape, bytes: Buffer.from(bytes, 'base64') }));
}

run('load', 'builtin:demo:200:1', '-q', '-o', 'rows.csv');
for (const cell of ['lstm', 'gru', 'rnn'])
    test(`the tensors of a ${cell} model`, async () => {
        const model = join(folder, `${cell}.safetensors`), arrays = join(folder, `${cell}.npz`);
        run('train', 'rows.csv', '--ngrams', 'off', '--cell', cell, '--bidirectional', '--units', '5',
            '--pooling', 'last', '--epochs', '1', '--validation-split', '0', '-j', '1', '-q', '-o', model);
        run('export', '-m', model, '-o', arrays);
        const { header, sharded, parameterCount } = await readHeader(model);
        assert.equal(sharded, false);
        const { __metadata__: metadata, ...tensors } = header;
        assert.equal(metadata.format, 'seqnet');
        const bytes = readFileSync(model);
        const start = 8 + Number(bytes.readBigUInt64LE(0));
        const floats = Object.entries(tensors)
            .filter(([, tensor]) => tensor.dtype === 'F32')
            .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
        const expected = readNpz(arrays);
        assert.equal(floats.length, expected.length);
        floats.forEach(([name, tensor], i) => {
            const [from, to] = tensor.data_offsets;
            assert.deepEqual(tensor.shape, expected[i].shape, name);
            assert.equal(expected[i].type, '<f4');
            assert.ok(bytes.subarray(start + from, start + to).equals(expected[i].bytes), name);
        });
        const count = expected.reduce((sum, array) => sum + array.shape.reduce((a, b) => a * b, 1), 0);
        assert.equal(parameterCount.F32, count);
        const info = JSON.parse(run('info', '--json', model));
        assert.deepEqual(metadata.fingerprint, info.fingerprint);
        assert.equal(tensors.vocabulary.dtype, 'U8');
    });
