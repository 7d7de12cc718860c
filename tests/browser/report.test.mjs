// The pages of seqnet report in Chromium: nothing is asked for from anywhere, no error, the numbers of
// evaluate --json, the keyboard, a narrow screen, both color schemes, contrast, paper.
//
//     SEQNET=build/seqnet node --test tests/browser
//
// CHROMIUM names the browser (/usr/bin/chromium); SCREENSHOTS, if set, a folder for pictures.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faintTexts, launchBrowser, picture, visitPage } from "./pages.mjs";

const work = mkdtempSync(join(tmpdir(), "seqnet-report-"));
let browser;
let pages;

const seqnet = (...args) => execFileSync(process.env.SEQNET, args, { cwd: work, encoding: "utf8", maxBuffer: 1 << 26 });

// A generator of numbers below 2^31 that is the same everywhere.
const generator = (seed) => () => (seed = (seed * 16807) % 2147483647);

const rowsOf = (labels, count, seed) => {
  const draw = generator(seed);
  return Array.from({ length: count }, (_, i) => {
    const label = i % labels.length;
    const shown = draw() % 8 ? label : draw() % labels.length;
    const words = [`topic${shown}`, `topic${shown}`, `word${draw() % 20}`, `word${draw() % 20}`, `word${draw() % 20}`];
    return JSON.stringify({ label: labels[label], text: words.join(" ") });
  }).join("\n");
};

const HOSTILE = ["<script>alert(1)</script>", "</script><b>", "\"a\" & 'b'", "\u4e2d\u6587", "\u05e2\u05d1\u05e8\u05d9\u05ea", "tab\there"];
const MANY = Array.from({ length: 80 }, (_, i) => `label_${i}`);

const makePage = (name, labels, rows) => {
  writeFileSync(join(work, `${name}.jsonl`), rowsOf(labels, rows, 7));
  writeFileSync(join(work, `${name}-new.jsonl`), rowsOf(labels, rows, 11));
  seqnet("train", `${name}.jsonl`, "--epochs", "2", "-q", "-o", `${name}.safetensors`);
  seqnet("report", `${name}-new.jsonl`, "-m", `${name}.safetensors`, "-q", "-o", `${name}.html`);
  const json = seqnet("evaluate", `${name}-new.jsonl`, "-m", `${name}.safetensors`, "-q", "--json");
  return { name, labels, figures: JSON.parse(json) };
};

before(async () => {
  browser = await launchBrowser();
  pages = [makePage("two", ["bad", "good"], 240), makePage("hostile", HOSTILE, 240), makePage("many", MANY, 800)];
  seqnet("report", "-m", "two.safetensors", "-q", "-o", "record.html");
  pages.push({ name: "record" });
});

after(async () => {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
});

const visit = (name, options, use) => visitPage(browser, join(work, `${name}.html`), options, use);

// JSON may have a digit less than the page.
const isClose = (a, b) => Math.abs(a - b) <= 1e-14;

const tileOf = (page, name) =>
  page.evaluate((title) => {
    const term = [...document.querySelectorAll(".tiles dt")].find((t) => t.textContent === title);
    return Number(term.parentElement.querySelector("data").value);
  }, name);

for (const colorScheme of ["light", "dark"]) {
  test(`${colorScheme}: no complaint, no request, enough contrast`, async () => {
    for (const { name } of pages)
      await visit(name, { colorScheme }, async (page) => {
        await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
        assert.deepEqual(await page.evaluate(faintTexts), [], name);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(paper === "rgb(255, 255, 255)", colorScheme === "light");
        await picture(page, `${name}-${colorScheme}`);
      });
  });
}

test("the numbers are those of evaluate --json", async () => {
  for (const { name, labels, figures } of pages.filter((p) => p.figures))
    await visit(name, {}, async (page) => {
      for (const [title, key] of [["Accuracy", "accuracy"], ["Macro F1", "macro_f1"], ["Loss", "loss"]])
        assert.ok(isClose(await tileOf(page, title), figures[key]), `${name}: ${title}`);
      const rows = await page.$$eval("#each-label table.sortable tbody tr", (trs) =>
        trs.map((tr) => [...tr.querySelectorAll("data")].map((d) => Number(d.value))));
      const names = await page.$$eval("#each-label table.sortable tbody th", (ths) => ths.map((th) => th.textContent));
      assert.equal(rows.length, labels.length);
      Object.entries(figures.per_label).forEach(([label, l], i) => {
        assert.ok(names[i] === label || label.includes("\t"), `${names[i]} for ${label}`);
        [l.precision, l.recall, l.f1].forEach((number, k) => assert.ok(isClose(rows[i][k], number), `${label}: ${rows[i][k]} for ${number}`));
        assert.equal(rows[i][5], l.rows);
      });
    });
});

test("the confusion matrix is that of evaluate --json", async () => {
  await visit("two", {}, async (page) => {
    const cells = await page.$$eval(".matrix tbody tr", (trs) => trs.map((tr) => [...tr.querySelectorAll("data")].map((d) => Number(d.value))));
    assert.deepEqual(cells, pages[0].figures.confusion);
  });
  await visit("many", {}, async (page) => {
    const shown = await page.$$eval(".heat path[data-n]", (paths) =>
      paths.map((p) => Number(p.dataset.n) * p.getAttribute("d").split("M").slice(1).length).reduce((a, b) => a + b));
    assert.equal(shown, pages[2].figures.n);
  });
});

test("the curves have their points and areas as tables", async () => {
  await visit("two", {}, async (page) => {
    const areas = await page.$$eval("#ranking details table:first-of-type tbody tr", (trs) => [...trs[0].querySelectorAll("data")].map((d) => Number(d.value)));
    assert.ok(isClose(areas[0], pages[0].figures.roc_auc) && isClose(areas[1], pages[0].figures.pr_auc));
    const points = await page.$$eval("#ranking details table", (tables) => [...tables[1].tBodies[0].rows].map((tr) => [...tr.querySelectorAll("data")].map((d) => Number(d.value))));
    assert.equal(points.at(-1)[1], 1);
    points.slice(1).forEach(([threshold, recall, misses], i) => assert.ok(threshold < points[i][0] && recall > points[i][1] && misses >= points[i][2]));
  });
});

test("the reliability diagram has the bins of evaluate --json", async () => {
  for (const { name, figures } of pages.filter((p) => p.figures))
    await visit(name, {}, async (page) => {
      const bins = await page.$$eval("#confidence details table", (tables) => [...tables[0].tBodies[0].rows].map((tr) => [...tr.querySelectorAll("data")].map((d) => Number(d.value))));
      assert.equal(bins.reduce((sum, bin) => sum + bin[2], 0), figures.n);
      assert.ok(isClose(await tileOf(page, "Calibration error"), figures.ece), name);
    });
});

test("the keyboard sorts tables", async () => {
  await visit("many", {}, async (page) => {
    const button = page.locator("#each-label th button", { hasText: "F1" });
    const header = page.locator("#each-label th", { hasText: "F1" }).first();
    const values = () => page.$$eval("#each-label table.sortable tbody tr", (trs) => trs.map((tr) => Number(tr.cells[3].querySelector("data").value)));
    await button.focus();
    await page.keyboard.press("Enter");
    assert.equal(await header.getAttribute("aria-sort"), "ascending");
    assert.deepEqual(await values(), (await values()).sort((a, b) => a - b));
    await page.keyboard.press("Space");
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    assert.deepEqual(await values(), (await values()).sort((a, b) => b - a));
    assert.equal(await page.locator("#each-label th[aria-sort]").count(), 1);
    await page.locator("#each-label th button", { hasText: "Label" }).click();
    const first = await page.locator("#each-label table.sortable tbody th").first().textContent();
    assert.equal(first, "label_0");
  });
});

test("the first press of Tab leads to the content, and boxes that scroll can be reached", async () => {
  await visit("two", {}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#content");
    assert.ok(await page.locator(".box[tabindex='0'][aria-label]").count() > 0);
  });
});

test("a cell of the heat map says what it is", async () => {
  await visit("many", {}, async (page) => {
    const box = await page.locator(".heat").boundingBox();
    await page.locator(".heat").scrollIntoViewIfNeeded();
    const place = await page.locator(".heat").boundingBox();
    await page.mouse.move(place.x + (box.width * 0.5) / 80, place.y + (box.height * 0.5) / 80);
    assert.match(await page.locator(".tip").textContent(), /^label_0: \d+ right$/);
  });
});

test("a narrow screen: the page does not scroll sideways, and text is not tiny", async () => {
  for (const { name } of pages)
    await visit(name, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, async (page) => {
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
      const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(wide <= width, `${name}: ${wide} > ${width}`);
      const scale = await page.evaluate(() => {
        const chart = document.querySelector(".chart");
        return chart ? chart.getBoundingClientRect().width / chart.viewBox.baseVal.width : 1;
      });
      assert.ok(scale * 12 >= 9, `${name}: labels of ${scale * 12} px`);
      await picture(page, `${name}-phone`);
    });
});

test("headings are in order, and what is drawn has a name", async () => {
  for (const { name } of pages)
    await visit(name, {}, async (page) => {
      const levels = await page.$$eval("h1,h2,h3,h4", (all) => all.map((h) => Number(h.tagName[1])));
      assert.equal(levels[0], 1);
      levels.slice(1).forEach((level, i) => assert.ok(level <= levels[i] + 1 && level > 1, `${name}: ${levels}`));
      assert.equal(await page.locator("svg:not([aria-hidden]):not([aria-label])").count(), 0);
      assert.equal(await page.locator("table:not(:has(caption)):not([aria-label])").count(), 0);
      const ids = await page.$$eval("[id]", (all) => all.map((e) => e.id));
      assert.equal(new Set(ids).size, ids.length);
    });
});

test("without scripts everything is there", async () => {
  await visit("two", { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("section").count() >= 8, true);
  });
});

test("the page prints, in light colors", async () => {
  for (const { name } of pages)
    await visit(name, { colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" });
      const paper = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim());
      assert.equal(paper, "#ffffff");
      const pdf = await page.pdf({ format: "A4", printBackground: true });
      assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
      assert.ok(pdf.length > 10000);
    });
});

test("text of users stays text", async () => {
  await visit("hostile", {}, async (page) => {
    assert.equal(await page.locator("script").count(), 1);
    const names = await page.$$eval("#each-label table.sortable tbody th", (ths) => ths.map((th) => th.textContent));
    assert.ok(names.includes(HOSTILE[0]) && names.includes(HOSTILE[1]));
    assert.ok(readFileSync(join(work, "hostile.html"), "utf8").includes("&lt;script&gt;alert(1)"));
  });
});
