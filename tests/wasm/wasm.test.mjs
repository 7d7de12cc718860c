// A model in WebAssembly says what the native program says, to the printed digits, in Node.js and as
// one types into the page in Chromium; the page asks for nothing, and text of users stays text.
//
//     SEQNET=build/seqnet node --test tests/wasm
//
// CHROMIUM names the browser (/usr/bin/chromium); SCREENSHOTS, if set, a folder for pictures.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faintTexts, launchBrowser, picture, visitPage } from "../browser/pages.mjs";
import { compileNative, line, load, makePage, nativeLines, rowsOf, run, seqnet, train, work } from "./models.mjs";

const HOSTILE = ["<script>alert(1)</script>", "</script><!--<script>", "\"a\" & 'b'\t\u202ex", "\u4e2d\u6587", "\u05e2\u05d1\u05e8\u05d9\u05ea", `long ${"x".repeat(4200)}`];
const MANY = Array.from({ length: 80 }, (_, i) => `label_${i}`);
const TEXTS = [
  "", "  ", "topic1 topic1 the film", "topic3 was its topic3", "topic0 the film was topic0", "topic0 topic1", "It\u2019s \ud83d\ude00 <br/> &amp; LOVELY!!!", "\u0000a\u0000 film", "\ufeffthe film",
  "\u05e1\u05e8\u05d8 \u05d8\u05d5\u05d1", "\u6620\u753b\u306f\u9762\u767d\u3044", "<script>alert(1)</script>", "stra\u00dfe \u00c9T\u00c9 \u0130", `${"topic2 film was ".repeat(65000)}`, "x".repeat(1000000),
];

// name, model, weights: pages of all of them are made, and native programs.
const cases = [
  ["reviews", "builtin:reviews", "none"],
  ["hostile", "hostile.safetensors", "none"],
  ["many", "many.safetensors", "none"],
  ["any", "any.safetensors", "none"],
  ["lstm", "lstm.safetensors", "none"],
  ["lstm16", "lstm.safetensors", "float16"],
  ["lstm8", "lstm.safetensors", "int8"],
  ["open", "open.safetensors", "none"],
];
let browser;
let demo;

const pageOf = (name) => join(work, `${name}.html`);
const visit = (name, options, use) => visitPage(browser, pageOf(name), options, use);

before(async () => {
  train("hostile", rowsOf(HOSTILE, 120), "--preset", "fast");
  train("many", rowsOf(MANY, 400), "--preset", "fast");
  train("any", rowsOf(["film", "plot"], 200, (label, k) => (k ? [label, "third"] : [label])), "--multi-label", "--epochs", "2", "--units", "4");
  train("open", rowsOf(["neg", "pos"], 300, (label, k, i) => (i % 7 ? label : "neg")), "--preset", "fast", "--precision", "0.9");
  seqnet("train", "builtin:demo:1000", "-q", "--ngrams", "off", "--cell", "lstm", "--units", "8", "--epochs", "2", "--seed", "1", "-j", "1", "-o", "lstm.safetensors");
  demo = seqnet("load", "builtin:demo:200", "--head", "60", "-q").split("\n").filter(Boolean);
  for (const [name, model, quantize] of cases) {
    compileNative(name, model, quantize);
    makePage(["-f", "--name", name, "--quantize", quantize, model]);
  }
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
});

test("Node.js: the lines of the native program", async () => {
  const texts = [...TEXTS, ...demo];
  for (const [name] of cases) {
    const loaded = await load(name);
    const lines = texts.map((text) => line(loaded, text));
    assert.deepEqual(lines, nativeLines(name, texts), name);
    if (name === "open") assert.ok(lines.some((printed) => printed.startsWith("?")) && lines.some((printed) => !printed.startsWith("?")));
  }
});

test("a text of several lines, and halves of surrogate pairs", async () => {
  const loaded = await load("reviews");
  assert.equal(line(loaded, "a wonderful\nfilm"), line(loaded, "a wonderful film"));
  assert.equal(line(loaded, "bad \ud800 film\udc00"), nativeLines("reviews", ["bad \ufffd film\ufffd"])[0]);
  writeFileSync(join(work, "halves"), Buffer.from("626164 20 eda080 20 66696c6d edb080 0a".replaceAll(" ", ""), "hex"));
  const predicted = run(process.env.SEQNET, ["predict", "-q", "-m", "builtin:reviews", "-i", "halves"]).split("\t");
  assert.equal(line(loaded, "bad \ud800 film\udc00").split("\t")[0], predicted[0]);
});

test("the digits are those of printf", async () => {
  const { sixDigits } = await load("reviews");
  const numbers = [0, 1, 0.5, 1e-7, 0.9999999, Math.fround(0.1), ...Array.from({ length: 64 }, (_, i) => (2 * i + 1) / 128)];
  const printed = run("/usr/bin/printf", ["%.6f\\n", ...numbers.map((n) => n.toFixed(20))]).split("\n").slice(0, -1);
  assert.deepEqual(numbers.map(sixDigits), printed);
});

// What the page shows of a text, once the frame is over.
const ask = (page, text) =>
  page.evaluate(async (value) => {
    const area = document.getElementById("text");
    area.value = value;
    area.dispatchEvent(new Event("input"));
    await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
    const rows = [...document.querySelectorAll("#labels:not(.idle) li")].map((row) => ({
      label: row.querySelector(".name").textContent,
      digits: row.querySelector(".digits").textContent,
      isGiven: row.className === "given",
    }));
    return { answer: document.getElementById("answer").textContent, rows };
  }, text);

test("Chromium: what the page shows is what the native program prints", async () => {
  for (const [name] of cases) {
    const loaded = await load(name);
    const texts = [...(name === "reviews" ? TEXTS.slice(0, -1) : TEXTS.slice(0, -2)), ...demo.slice(0, 10)];
    const printed = nativeLines(name, texts);
    await visit(name, {}, async (page) => {
      for (const [i, text] of texts.entries()) {
        const { answer, rows } = await ask(page, text);
        if (!text.trim()) {
          assert.deepEqual([answer, rows.length], ["Type or paste a text.", 0]);
          continue;
        }
        assert.equal(line(loaded, text), printed[i]);
        const { given, probabilities } = loaded.model.classify(text);
        if (given.length) assert.equal(answer, given.join(", "), name);
        else assert.match(answer, /^no(ne of the labels| answer)/);
        for (const { label, digits, isGiven } of rows) {
          assert.equal(digits, loaded.sixDigits(probabilities[loaded.model.labels.indexOf(label)]));
          assert.equal(isGiven, given.includes(label));
        }
        assert.equal(rows.length, Math.min(5, probabilities.length));
      }
    });
  }
});

test("typing is answered, by the keyboard alone, and said to screen readers", async () => {
  await visit("reviews", {}, async (page) => {
    await page.keyboard.type("a wonderful film"); // the text has the focus
    const [digits] = nativeLines("reviews", ["a wonderful film"])[0].split("\t").slice(1);
    await page.locator("li.given .digits", { hasText: digits }).waitFor();
    assert.equal(await page.getByRole("status").textContent(), "positive");
    await page.keyboard.type(", and an awful, boring waste of time, the worst I have seen");
    await page.getByRole("status").filter({ hasText: "negative" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("details[open] dd").filter({ hasText: "df65379e" }).isVisible());
    assert.ok(await page.getByLabel("Text", { exact: true }).isVisible());
  });
});

test("many labels: the five likeliest, in order", async () => {
  await visit("many", {}, async (page) => {
    const { answer, rows } = await ask(page, "topic42 the film topic42");
    assert.equal(answer, "label_42");
    assert.equal(rows[0].label, "label_42");
    rows.slice(1).forEach((row, i) => assert.ok(Number(row.digits) <= Number(rows[i].digits)));
    assert.match(await page.locator("#others").textContent(), /80 labels/);
  });
});

test("text of users stays text", async () => {
  await visit("hostile", {}, async (page) => {
    for (const [k, label] of HOSTILE.entries()) {
      const { answer } = await ask(page, `topic${k} topic${k}`);
      assert.equal(answer, label);
    }
    assert.equal(await page.locator("script").count(), 2);
    assert.equal(await page.locator("main b, main script").count(), 0);
  });
  makePage(["--name", "<b>&'x", "hostile.safetensors"]);
  assert.ok(readFileSync(pageOf("<b>&'x"), "utf8").includes('<h1 dir="auto">&lt;b&gt;&amp;&#39;x</h1>'));
});

for (const colorScheme of ["light", "dark"])
  test(`${colorScheme}: enough contrast, and no scrolling sideways on a phone`, async () => {
    for (const [name] of cases.slice(0, 4))
      for (const width of [360, 1000])
        await visit(name, { colorScheme, viewport: { width, height: 800 } }, async (page) => {
          await ask(page, "topic5 topic5 the film, not a good one");
          await page.evaluate(() => { document.querySelector("details").open = true; });
          assert.deepEqual(await page.evaluate(faintTexts), [], name);
          const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
          assert.ok(wide <= room, `${name}: ${wide} > ${room}`);
          await picture(page, `wasm-${name}-${colorScheme}-${width}`);
        });
  });

// How the script fails: its exit status and what it says.
const failure = (args, env = {}) => {
  try {
    makePage(args, { env: { ...process.env, ...env } });
  } catch (error) {
    return [error.status, error.stderr];
  }
  return assert.fail(`it did not fail: ${args}`);
};

test("the script refuses what it cannot do, in a line, and writes nothing then", () => {
  seqnet("pad", "builtin:demo:300", "--maxlen", "12", "-q", "-o", "ids.npz");
  seqnet("train", "ids.npz", "--epochs", "1", "--units", "3", "-q", "-j", "1", "-o", "ids.safetensors");
  for (const [args, status, said] of [
    [["ids.safetensors"], 1, /ids.safetensors is a model of ids/],
    [["nothing.safetensors"], 4, /nothing.safetensors/],
    [[], 2, /which model/],
    [["--wrong"], 2, /--wrong/],
    [["-o"], 2, /-o needs a value/],
    [["builtin:reviews"], 1, /reviews\.html exists; -f/],
    [["--name", "../x", "builtin:reviews"], 2, /--name/],
    [["-o", join(work, "missing"), "builtin:reviews"], 1, /missing is no folder/],
  ]) {
    const [found, sentence] = failure(args);
    assert.equal(found, status, sentence);
    assert.match(sentence, said);
  }
  assert.ok(!existsSync(pageOf("ids")) && !existsSync(pageOf("nothing")));
});

test("without emcc, or where it fails", () => {
  const bare = join(work, "bare");
  const broken = join(work, "broken");
  [bare, broken].forEach((folder) => mkdirSync(folder));
  for (const tool of ["bash", "dirname"]) symlinkSync(run("which", [tool]).trim(), join(bare, tool));
  writeFileSync(join(broken, "emcc"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  assert.deepEqual(failure(["-f", "builtin:reviews"], { PATH: bare }), [1, "wasm.sh: no emcc; apt-get install emscripten\n"]);
  assert.deepEqual(failure(["--name", "b", "builtin:reviews"], { PATH: `${broken}:${process.env.PATH}` }), [1, "wasm.sh: emcc failed\n"]);
  assert.ok(!existsSync(pageOf("b")));
});

test("the same model gives the same page", () => {
  const first = readFileSync(pageOf("lstm8"));
  makePage(["-f", "--name", "lstm8", "--quantize", "int8", "lstm.safetensors"]);
  assert.ok(first.equals(readFileSync(pageOf("lstm8"))));
});
