// Writes a page that holds a model: node make_page.mjs NAME WASM < info.json > page.html, where
// info.json is what `seqnet info --json` prints. scripts/wasm.sh runs it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [name, wasmPath] = process.argv.slice(2);
const info = JSON.parse(readFileSync(0, "utf8"));
const beside = (file) => readFileSync(new URL(file, import.meta.url), "utf8");

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const html = (text) => String(text).replace(/[&<>"']/g, (c) => ENTITIES[c]);

// How a policy names a style or a script that it allows.
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const wasm = readFileSync(wasmPath);
const reportStyle = beside("../../src/reporting/report.css");
const style = reportStyle.slice(0, reportStyle.indexOf("* {")) + beside("page.css");
const script = beside("classifier.js") + beside("page.js");
const { about, "not for": unsuited, ...card } = info.training?.card ?? {};

const count = (number) => number.toLocaleString("en");
const tested = info.training?.test?.accuracy;
const facts = {
  ...card,
  labels: count(info.labels.length),
  "accuracy on test rows": tested && `${tested.toFixed(4)} (${count(info.training.test.n)} rows)`,
  size: `${count(wasm.length)} bytes of WebAssembly`,
  fingerprint: info.fingerprint,
};
const fact = ([term, text]) => (text ? `<dt>${html(term)}</dt><dd dir="auto">${html(text)}</dd>` : "");

const parts = {
  policy: `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)} 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'`,
  name: html(name),
  about: about ? `<p class="about" dir="auto">${html(about)}.</p>` : "",
  warning: unsuited ? `<p class="warning" dir="auto">Not for ${html(unsuited)}.</p>` : "",
  facts: Object.entries(facts).map(fact).join(""),
  style,
  script,
  wasm: wasm.toString("base64"),
};
process.stdout.write(beside("page.html").replace(/\{(\w+)\}/g, (_, part) => parts[part]));
