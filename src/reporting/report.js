"use strict";
// The page reads fully without this script: it makes tables sortable and names cells of heat maps.
(() => {
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    const data = cell.querySelector("data");
    return data ? Number(data.value) : cell.textContent.trim();
  };

  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });

  // The first press sorts names from A to Z and numbers from the lowest on; the next turns it around.
  const sortBy = (table, header) => {
    const ascending = header.getAttribute("aria-sort") !== "ascending";
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, header.cellIndex) }));
    rows.sort((a, b) => (ascending ? 1 : -1) * compare(a.value, b.value));
    body.append(...rows.map((r) => r.row));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const header of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sortBy(table, header));
      header.append(button);
    }
  }

  const labels = JSON.parse(document.getElementById("labels")?.textContent ?? "[]");
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);

  const describe = (map, event) => {
    const size = map.viewBox.baseVal.width;
    const box = map.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * size);
    const row = Math.floor(((event.clientY - box.top) / box.height) * size);
    if (!labels[row] || !labels[column]) return "";
    const count = event.target.dataset?.n ?? "0";
    return row === column
      ? `${labels[row]}: ${count} right`
      : `${labels[row]} \u2192 ${labels[column]}: ${count}`;
  };

  for (const map of document.querySelectorAll("svg.heat")) {
    map.addEventListener("pointermove", (event) => {
      tip.textContent = describe(map, event);
      tip.hidden = !tip.textContent;
      const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 8);
      // The page's policy forbids style attributes in its text; a script may set properties.
      tip.style.left = `${Math.max(8, left)}px`;
      tip.style.top = `${event.clientY + 18}px`;
    });
    map.addEventListener("pointerleave", () => { tip.hidden = true; });
  }
})();
