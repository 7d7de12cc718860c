// A model of seqnet in WebAssembly, for pages and for Node.js:
//
//     <script src="NAME.js">                                    in a page
//     const { loadSeqnet, sixDigits } = require("./NAME.js");   in Node.js
//
//     const model = await loadSeqnet(bytes of NAME.wasm, or fetch("NAME.wasm"));
//     model.labels                        their names
//     const answer = model.classify("a wonderful film");
//     answer.given                        the labels that predict prints, likeliest first: one; none
//                                         where the model leaves the answer open; several where a
//                                         text may have any number
//     answer.probabilities[0]             of the label model.labels[0]
//     sixDigits(0.5)                      "0.500000", as predict prints it
"use strict";

const WASM_PAGE = 65536;

// A probability as printf's %.6f has it: toFixed rounds ties up, printf to the even digit.
const sixDigits = (probability) => {
  const up = probability.toFixed(6);
  // Of six digits and a half, only odd multiples of 2^-7 are numbers of a computer.
  const isTie = Math.abs(probability * 128) % 2 === 1;
  return isTie && Number(up.at(-1)) % 2 ? (probability - 1e-7).toFixed(6) : up;
};

const readLabel = (memory, place) => {
  const bytes = new Uint8Array(memory.buffer, place);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
};

// Puts a text into memory, which grows for a long one. Returns its length in bytes. What is no
// character, half of a surrogate pair, becomes U+FFFD.
const placeText = ({ memory, text }, string) => {
  const bytes = new TextEncoder().encode(string);
  const missing = text() + bytes.length - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
  new Uint8Array(memory.buffer, text(), bytes.length).set(bytes);
  return bytes.length;
};

// The numbers of the labels that are given; none where probabilities are no numbers.
const givenLabels = (wasm, probabilities, likeliest) => {
  const least = wasm.least();
  if (!wasm.any_labels()) return probabilities[likeliest] >= least ? [likeliest] : [];
  const reached = [...probabilities.keys()].filter((label) => probabilities[label] >= least);
  return reached.sort((a, b) => probabilities[b] - probabilities[a] || a - b);
};

const loadSeqnet = async (source) => {
  const response = await source;
  const bytes = response.arrayBuffer ? await response.arrayBuffer() : response;
  const wasm = (await WebAssembly.instantiate(bytes)).instance.exports;
  const count = wasm.label_count();
  const labels = Array.from({ length: count }, (_, k) => readLabel(wasm.memory, wasm.label(k)));
  return {
    labels,
    anyLabels: Boolean(wasm.any_labels()),
    classify(text) {
      const likeliest = wasm.predict(placeText(wasm, text));
      const probabilities = new Float32Array(wasm.memory.buffer, wasm.probabilities(), count).slice();
      return { given: givenLabels(wasm, probabilities, likeliest).map((k) => labels[k]), probabilities };
    },
  };
};

if (typeof module === "object") module.exports = { loadSeqnet, sixDigits };
