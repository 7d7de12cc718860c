// Models, their pages, and the native programs that answer as these should.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const work = mkdtempSync(join(tmpdir(), "seqnet-wasm-"));
const script = new URL("../../scripts/wasm.sh", import.meta.url).pathname;
const require = createRequire(import.meta.url);

export const run = (program, args, options) =>
  execFileSync(program, args, { cwd: work, encoding: "utf8", maxBuffer: 1 << 26, ...options });

// Without a word index, which a model of ids would take for its words.
const { SEQNET_DATA, ...bare } = process.env;
export const seqnet = (...args) => run(process.env.SEQNET, args, { env: { ...bare, HOME: work } });

export const makePage = (args, options) => run(script, ["-o", work, ...args], { stdio: "pipe", ...options });

// Rows whose first word tells the label.
export const rowsOf = (labels, count, toLabel = (label) => label) => {
  const others = ["the", "film", "was", "and", "its", "story", "a", "plot"];
  return Array.from({ length: count }, (_, i) => {
    const k = i % labels.length;
    const text = [`topic${k}`, ...others.slice(i % 5, (i % 5) + 3), `topic${k}`].join(" ");
    return JSON.stringify({ label: toLabel(labels[k], k, i), text });
  }).join("\n");
};

export const train = (name, rows, ...options) => {
  writeFileSync(join(work, `${name}.jsonl`), rows);
  seqnet("train", `${name}.jsonl`, "-q", "-j", "1", "--seed", "1", ...options, "-o", `${name}.safetensors`);
};

// The native program of a model, and what it prints for lines.
export const compileNative = (name, model, quantize) => {
  seqnet("export", "-q", "-m", model, "--quantize", quantize, "-o", `${name}.c`);
  run("cc", ["-std=c99", "-O1", "-DSEQNET_MAIN", `${name}.c`, "-o", name]);
};
export const nativeLines = (name, texts) =>
  run(join(work, name), [], { input: texts.map((text) => `${text}\n`).join("") }).split("\n").slice(0, -1);

export const load = async (name) => {
  const { loadSeqnet, sixDigits } = require(join(work, `${name}.js`));
  return { model: await loadSeqnet(readFileSync(join(work, `${name}.wasm`))), sixDigits };
};

// A label as the program prints it.
const spelled = (label) =>
  label.replace(/[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[c] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`);
  });

const answered = (label, digits) => `${label}\t${digits}`;

// The line that the native program prints for a text.
export const line = ({ model, sixDigits }, text) => {
  const { given, probabilities } = model.classify(text);
  if (given.length) return given.map((label) => answered(spelled(label), sixDigits(probabilities[model.labels.indexOf(label)]))).join("\t");
  return model.anyLabels ? "\t" : answered("?", sixDigits(Math.max(...probabilities)));
};
