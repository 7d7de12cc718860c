// onnx_lstm.mjs - seqnet's model in ONNX Runtime, through onnxruntime-node.
//
//     node onnx_lstm.mjs FOLDER score THREADS
//     node onnx_lstm.mjs FOLDER latency THREADS TOKENS
//     node onnx_lstm.mjs FOLDER check
//
// FOLDER holds node_modules with onnxruntime-node, and model.onnx and test_ids.i32 as torch_lstm.py
// writes them (rows of 500 ids, int32). "score" and "latency" print one JSON line when they are
// ready, and for each line that they read they do their work once and print {"seconds":S}: all test
// rows in padded batches of 128; or one review of TOKENS ids without pads, the median of many calls,
// on one thread or THREADS, whichever is faster. "check" prints the probabilities of the first 256
// rows.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const MAXLEN = 500;
const BATCH_SIZE = 128;
const CHECK_ROWS = 256;
const LATENCY_CALLS = 2000;

const [folder, command, ...numbers] = process.argv.slice(2);
const inFolder = (name) => path.resolve(folder, name);
const ort = createRequire(inFolder('package.json'))('onnxruntime-node');

const say = (object) => console.log(JSON.stringify(object));

const openSession = (threads) =>
    ort.InferenceSession.create(inFolder('model.onnx'), {
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        interOpNumThreads: 1,
        intraOpNumThreads: threads,
        logSeverityLevel: 3, // errors: the exporter's shapes draw warnings
    });

function readRows() {
    const bytes = readFileSync(inFolder('test_ids.i32'));
    const ids = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const rows = ids.length / MAXLEN;
    return { ids, rows };
}

// The first `count` rows as tensors of at most BATCH_SIZE rows.
function cutBatches({ ids, rows }, count = rows) {
    const batches = [];
    for (let row = 0; row < count; row += BATCH_SIZE) {
        const height = Math.min(BATCH_SIZE, count - row);
        const values = ids.subarray(row * MAXLEN, (row + height) * MAXLEN);
        batches.push(new ort.Tensor('int32', values, [height, MAXLEN]));
    }
    return batches;
}

// The last `tokens` ids of the first row that has so many, as a batch of one.
function longReview({ ids, rows }, tokens) {
    for (let row = 0; row < rows; row++) {
        const values = ids.subarray((row + 1) * MAXLEN - tokens, (row + 1) * MAXLEN);
        if (values[0] !== 0) return new ort.Tensor('int32', values, [1, tokens]);
    }
    throw new Error(`no test row has ${tokens} ids`);
}

async function probabilities(session, batches) {
    const scores = [];
    for (const batch of batches) {
        const { probability } = await session.run({ ids: batch });
        scores.push(...probability.data);
    }
    return scores;
}

async function secondsOf(work) {
    const start = process.hrtime.bigint();
    await work();
    return Number(process.hrtime.bigint() - start) * 1e-9;
}

// Median seconds of one call.
async function medianCall(session, ids, calls) {
    const samples = new Float64Array(calls);
    for (let call = 0; call < calls; call++)
        samples[call] = await secondsOf(() => session.run({ ids }));
    return samples.sort()[calls >> 1];
}

async function serve(facts, measure) {
    say({ version: ort.env.versions.node ?? ort.env.versions.common, ...facts });
    for await (const _ of readline.createInterface({ input: process.stdin }))
        say({ seconds: await measure() });
}

async function score(threads) {
    const session = await openSession(threads);
    const batches = cutBatches(readRows());
    await probabilities(session, batches.slice(0, 8));
    await serve({ threads }, () => secondsOf(() => probabilities(session, batches)));
}

async function latency(allThreads, tokens) {
    const review = longReview(readRows(), tokens);
    const token = new ort.Tensor('int32', review.data.subarray(tokens - 1), [1, 1]);
    let best;
    for (const threads of new Set([1, allThreads])) {
        const session = await openSession(threads);
        await medianCall(session, review, LATENCY_CALLS);
        const seconds = await medianCall(session, review, LATENCY_CALLS);
        if (!best || seconds < best.seconds) best = { session, threads, seconds };
    }
    const overhead = await medianCall(best.session, token, LATENCY_CALLS);
    await serve({ threads: best.threads, one_token_seconds: overhead }, () =>
        medianCall(best.session, review, LATENCY_CALLS));
}

async function check() {
    const session = await openSession(1);
    say(await probabilities(session, cutBatches(readRows(), CHECK_ROWS)));
}

const commands = { score, latency, check };
if (!Object.hasOwn(commands, command ?? '')) {
    console.error('usage: onnx_lstm.mjs FOLDER score THREADS | latency THREADS TOKENS | check');
    process.exit(2);
}
await commands[command](...numbers.map(Number));
