/*
 * Classifies texts with a model of seqnet, in a child process: `seqnet predict --line-buffered`.
 *
 *     import { Seqnet } from './seqnet.mjs';
 *
 *     const seqnet = new Seqnet({ model: 'reviews.safetensors' });
 *     const { label, probability } = await seqnet.classify('A wonderful film.');
 *     for await (const answer of seqnet.answers(texts)) console.log(answer.label);
 *     await seqnet.close();
 *
 * A file to copy: it needs Node.js 18 and the program. Texts go out as JSON Lines, so that they may hold
 * anything, and answers come back in their order, as `seqnet predict --json` prints them: label,
 * probability, probabilities, tokens, oov and so on.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const TAIL = 2000; // characters that are kept of what the program says on standard error

export class Seqnet {
  #child;
  #queue = []; // texts that wait here: { text, resolve, reject }
  #asked = []; // those that the program has, in order
  #limit;
  #isFull = false; // the pipe takes no more at the moment
  #isClosed = false;
  #failure = null; // an Error: there are no more answers
  #stderr = '';
  #ended; // resolved when the program has ended

  /*
   * model: a file, else the model in the box. program: the file or name of seqnet. limit: how many texts
   * the program may have at a time; more wait here. options: more of `seqnet predict`.
   */
  constructor({ model = 'builtin:reviews', program = 'seqnet', limit = 256, options = [] } = {}) {
    const input = ['--input-format', 'jsonl', '--text-column', 'text', '--input', '-'];
    this.#limit = Math.max(1, limit);
    this.#child = spawn(program, ['predict', '-q', '-m', model, '--json', '--line-buffered', ...options, ...input]);
    this.#listen();
  }

  /* A promise of the answer to a text; rejected when the program fails. */
  classify(text) {
    return new Promise((resolve, reject) => {
      if (typeof text !== 'string') throw new TypeError(`a text is a string, not ${typeof text}`);
      if (this.#isClosed) throw new Error('seqnet is closed');
      if (this.#failure) throw this.#failure;
      this.#queue.push({ text, resolve, reject });
      this.#send();
    });
  }

  /* The answers to many texts (anything to iterate over), which are taken only as fast as they are
   * answered, in their order. */
  async *answers(texts) {
    const promises = [];
    for await (const text of texts) {
      const promise = this.classify(text);
      promise.catch(() => {}); // told when its turn comes
      promises.push(promise);
      if (promises.length >= this.#limit) yield await promises.shift();
    }
    for (const promise of promises) yield await promise;
  }

  /* Takes no more texts, and waits until all are answered and the program has ended. */
  async close() {
    this.#isClosed = true;
    this.#send();
    await this.#ended;
  }

  #listen() {
    const { stdin, stdout, stderr } = this.#child;
    stdin.on('error', () => {}); // the program has ended, which 'close' tells
    stdin.on('drain', () => {
      this.#isFull = false;
      this.#send();
    });
    stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-TAIL);
    });
    createInterface({ input: stdout, crlfDelay: Infinity }).on('line', (line) => this.#take(line));
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => this.#fail(error));
      this.#child.on('close', (code, signal) => {
        this.#fail(new Error(this.#stderr.trim() || `seqnet ended with ${signal ?? `exit code ${code}`}`));
        resolve();
      });
    });
  }

  #send() {
    while (this.#queue.length && this.#asked.length < this.#limit && !this.#isFull) {
      const asked = this.#queue.shift();
      this.#asked.push(asked);
      this.#isFull = !this.#child.stdin.write(`${JSON.stringify({ text: asked.text })}\n`);
    }
    if (this.#isClosed && !this.#queue.length) this.#child.stdin.end();
  }

  #take(line) {
    if (!line.endsWith('}')) return; // the program has ended in the middle, which 'close' tells
    this.#asked.shift().resolve(JSON.parse(line));
    this.#send();
  }

  #fail(error) {
    this.#failure ??= error;
    for (const { reject } of this.#asked.splice(0).concat(this.#queue.splice(0))) reject(this.#failure);
  }
}
