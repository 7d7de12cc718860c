#!/usr/bin/env node
// Makes pages of models and compares them with the native program that the same C file makes, and with
// seqnet predict, on the lines of a text file: bytes; lines whose printed digits differ; the time of a
// text.
//
//     wasm_pages.mjs TEXTS MODEL...          SEQNET names the program (build/seqnet)
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { launchBrowser } from "../browser/pages.mjs";

const ROUNDS = 5;
const require = createRequire(import.meta.url);
const script = new URL("../../scripts/wasm.sh", import.meta.url).pathname;
const program = resolve(process.env.SEQNET ?? new URL("../../build/seqnet", import.meta.url).pathname);
const [texts, ...models] = process.argv.slice(2).map((name) => (name.startsWith("builtin:") ? name : resolve(name)));
const work = mkdtempSync(join(tmpdir(), "seqnet-wasm-bench-"));
const lines = readFileSync(texts, "utf8").split("\n").slice(0, -1);
const options = { cwd: work, encoding: "utf8", maxBuffer: 1 << 28 };

// What a command prints for the texts, and the least microseconds of processor time that a text takes.
const measure = (...command) => {
  const round = () => Number(execFileSync("bash", ["-c", 'TIMEFORMAT=%U; { time "$@" < "$0" > printed; } 2>&1', texts, ...command], options));
  const least = Math.min(...Array.from({ length: ROUNDS }, round));
  return { printed: readFileSync(join(work, "printed"), "utf8").split("\n").slice(0, -1), time: (least * 1e6) / lines.length };
};

// What a model in WebAssembly prints for the texts: here, and in a page.
const classifyAll = ({ model, sixDigits, lines }) =>
  lines.map((line) => {
    const { given, probabilities } = model.classify(line);
    return given.map((label) => `${label}\t${sixDigits(probabilities[model.labels.indexOf(label)])}`).join("\t");
  });

// The same with the least processor time, of which `seconds` says how much the thread has used.
const bestRound = async (classify, seconds) => {
  let printed;
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = await seconds();
    printed = await classify();
    least = Math.min(least, (await seconds()) - begin);
  }
  return { printed, time: (least * 1e6) / lines.length };
};

const inNode = async (name) => {
  const { loadSeqnet, sixDigits } = require(join(work, `${name}.js`));
  const model = await loadSeqnet(readFileSync(join(work, `${name}.wasm`)));
  return bestRound(() => classifyAll({ model, sixDigits, lines }), () => process.cpuUsage().user / 1e6);
};

const inChromium = async (browser, name) => {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const seconds = async () => (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value;
  await page.goto(`file://${work}/${name}.html`);
  await page.evaluate(`(async (texts) => {
    const bytes = Uint8Array.from(atob(document.getElementById("model").textContent), (c) => c.charCodeAt(0));
    const model = await loadSeqnet(bytes);
    window.classifyTexts = () => (${classifyAll})({ model, sixDigits, lines: texts });
  })(${JSON.stringify(lines)})`);
  const found = await bestRound(() => page.evaluate("classifyTexts()"), seconds);
  await page.close();
  return found;
};

const others = (a, b) => a.printed.filter((line, i) => line !== b.printed[i]).length;
const bytes = (number) => number.toLocaleString("en");

const compare = async (browser, model, weights) => {
  const name = `${basename(model).replace(/^builtin:|\.safetensors$/g, "")}-${weights}`;
  execFileSync(script, ["-o", work, "--name", name, "--quantize", weights, model], { stdio: "ignore" });
  execFileSync(program, ["export", "-q", "-m", model, "--quantize", weights, "-o", `${name}.c`], options);
  execFileSync("cc", ["-std=c99", "-O3", "-DSEQNET_MAIN", `${name}.c`, "-o", name], options);
  const native = measure(join(work, name));
  const predicted = measure(program, "predict", "-q", "-j", "1", "-m", model);
  const [node, chromium] = [await inNode(name), await inChromium(browser, name)];
  const wasm = readFileSync(join(work, `${name}.wasm`));
  console.log([
    "", name, bytes(wasm.length), bytes(gzipSync(wasm, { level: 9 }).length), bytes(statSync(join(work, `${name}.html`)).size),
    others(node, native), others(chromium, native), others(native, predicted),
    ...[node, chromium, native, predicted].map(({ time }) => time.toFixed(0)), "",
  ].join(" | ").trim());
};

console.log("| model | .wasm, bytes | gzip | page | digits other than native: Node.js | Chromium | native other than predict | Node.js, µs a text | Chromium | native | seqnet |");
console.log("|" + " --- |".repeat(11));
const browser = await launchBrowser();
try {
  for (const model of models)
    for (const weights of ["none", "float16", "int8"]) await compare(browser, model, weights);
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
