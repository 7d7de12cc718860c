/*
 * The class for Node.js says what the program says, in order, whatever the texts, and tells when the
 * program fails.
 *
 *     SEQNET=build/seqnet node --test tests/hosts
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Seqnet } from './seqnet.mjs';

const program = process.env.SEQNET;
const awkward = ['', ' ', '\0', 'good\0film', 'awful\r\nfilm\r', '\n\n', '\u2028', '😀 great 👍🏽', 'cafe\u0301', '\ufeffgreat',
  'lone \ud800 surrogate', '"', '\\', '{"text": 1}', '__label__pos dull', 'w'.repeat(100000), 'awful '.repeat(170000)];
let folder;
let model;

before(() => {
  const words = { pos: ['wonderful', 'superb', 'lovely'], neg: ['awful', 'boring', 'dull'] };
  const rows = [...Array(240).keys()].map((i) => {
    const label = i % 2 ? 'neg' : 'pos';
    return `__label__${label} the film is ${words[label][i % 3]} with a plot ${i % 7}\n`;
  });
  folder = mkdtempSync(path.join(tmpdir(), 'seqnet-'));
  model = path.join(folder, 'model.safetensors');
  writeFileSync(path.join(folder, 'rows.ft'), rows.join(''));
  execFileSync(program, ['train', path.join(folder, 'rows.ft'), '-q', '--epochs', '2', '-o', model]);
});
after(() => rmSync(folder, { recursive: true }));

/* What the program prints for the texts, without the numbers of lines. */
function printed(texts) {
  const input = texts.map((text) => `${JSON.stringify({ text })}\n`).join('');
  const words = ['predict', '-q', '-m', model, '--json', '--input-format', 'jsonl', '--text-column', 'text', '-i', '-'];
  return execFileSync(program, words, { input, encoding: 'utf8' }).trim().split('\n').map((line) => {
    const { line: _, ...answer } = JSON.parse(line);
    return answer;
  });
}

const withoutLine = ({ line, ...answer }) => answer;

/* Calls a function with a Seqnet, which is closed whatever happens: a program that runs keeps Node.js alive. */
async function using(options, work) {
  const seqnet = new Seqnet({ model, program, ...options });
  try {
    await work(seqnet);
  } finally {
    await seqnet.close();
  }
}

/* A script that stands for the program. */
function script(name, text) {
  const file = path.join(folder, name);
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

test('one text, and the next one when the first is answered', () =>
  using({}, async (seqnet) => {
    assert.equal((await seqnet.classify('a wonderful film')).label, 'pos');
    assert.equal((await seqnet.classify('a dull film')).label, 'neg');
    await seqnet.close();
  }));

test('awkward texts have the answers of the program, in order', () =>
  using({ limit: 3 }, async (seqnet) => {
    const answers = await Promise.all(awkward.map((text) => seqnet.classify(text)));
    assert.deepEqual(answers.map(withoutLine), printed(awkward));
  }));

test('answers() takes texts as fast as they are answered', () =>
  using({ limit: 10 }, async (seqnet) => {
    let taken = 0;
    let count = 0;
    function* texts() {
      for (; taken < 3000; taken++) yield `text ${taken} is ${taken % 2 ? 'dull' : 'superb'}`;
    }
    for await (const { line, label } of seqnet.answers(texts())) {
      assert.equal(line, ++count);
      assert.equal(label, count % 2 ? 'pos' : 'neg');
      assert.ok(taken <= count + 10, `${taken} texts are taken for ${count} answers`);
    }
    assert.equal(count, 3000);
  }));

test('the program has no more texts than the limit', async () => {
  const slow = script('slow.mjs', `#!/usr/bin/env node
    import readline from 'node:readline';
    let waiting = 0;
    for await (const line of readline.createInterface({ input: process.stdin })) {
      waiting++;
      setTimeout(() => console.log(JSON.stringify({ waiting: waiting-- })), 5);
    }`);
  await using({ program: slow, limit: 3 }, async (seqnet) => {
    const answers = await Promise.all([...Array(30).keys()].map((i) => seqnet.classify(`text ${i}`)));
    assert.ok(answers.every(({ waiting }) => waiting <= 3));
  });
});

test('close() waits for the answers', () =>
  using({ limit: 5 }, async (seqnet) => {
    const promises = [...Array(100).keys()].map((i) => seqnet.classify(`a dull plot ${i}`));
    await seqnet.close();
    assert.equal((await Promise.all(promises)).length, 100);
    await assert.rejects(seqnet.classify('late'), /closed/);
  }));

test('two models at a time', () =>
  using({}, (own) => using({ model: undefined }, async (box) => {
    const [one, other] = await Promise.all([own.classify('superb'), box.classify('superb')]);
    assert.deepEqual([one.label, other.label], ['pos', 'positive']);
  })));

test('what is no text', () =>
  using({}, async (seqnet) => {
    for (const bad of [undefined, null, 5, {}]) await assert.rejects(seqnet.classify(bad), TypeError);
    assert.equal((await seqnet.classify('dull')).label, 'neg');
  }));

test('no model, a file that is none, no program: each promise is rejected with the reason', async () => {
  const rows = path.join(folder, 'rows.ft');
  for (const [options, reason] of [[{ model: '/nowhere/x' }, /\/nowhere\/x: cannot be opened/],
    [{ model: rows }, /is not a model/], [{ program: '/nowhere/seqnet' }, /ENOENT/]]) {
    await using(options, async (seqnet) => {
      const promises = [seqnet.classify('one'), seqnet.classify('two')];
      for (const promise of promises) await assert.rejects(promise, reason);
      await assert.rejects(seqnet.classify('three'), reason);
    });
  }
});

test('a program that is killed', async () => {
  const killed = script('killed.sh', '#!/bin/sh\nread -r line\necho \'{"label":"pos"}\'\nprintf \'{"label":\'\nkill -9 $$\n');
  await using({ program: killed }, async (seqnet) => {
    const promises = [seqnet.classify('one'), seqnet.classify('two')];
    assert.equal((await promises[0]).label, 'pos');
    await assert.rejects(promises[1], /SIGKILL/);
    await assert.rejects(async () => {
      for await (const answer of seqnet.answers(['three'])) assert.fail(answer.label);
    }, /SIGKILL/);
  });
});

test('a program that ends without reading', async () => {
  await using({ program: script('ends.sh', '#!/bin/sh\nexit 3\n') }, async (seqnet) => {
    await assert.rejects(seqnet.classify('w'.repeat(1 << 20)), /exit code 3/);
  });
});
