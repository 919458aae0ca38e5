// What the pages of the book do beyond reading.

// Save the panels of a figure side by side as one SVG file, as they are at this moment.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-svg]");
  if (!button) return;
  const whole = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  let width = 0;
  let height = 0;
  for (const panel of button.closest("figure").querySelectorAll("svg")) {
    const box = panel.viewBox.baseVal;
    const copy = panel.cloneNode(true);
    copy.removeAttribute("style");
    for (const hidden of copy.querySelectorAll('[style*="display:none"], [style*="display: none"]')) hidden.remove();
    for (const [name, value] of Object.entries({ x: width, y: 0, width: box.width, height: box.height })) copy.setAttribute(name, value);
    whole.append(copy);
    width += box.width;
    height = Math.max(height, box.height);
  }
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, color: "#000" })) whole.setAttribute(name, value);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([whole.outerHTML], { type: "image/svg+xml" }));
  link.download = `${button.dataset.svg}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

// Show the claims of one verdict, source or chapter, and in which order; headings without a claim
// go. In another order than that of the chapters all rows stand in one table.
for (const form of document.querySelectorAll("form.filters")) {
  const rows = [...document.querySelectorAll("table.claims tbody tr")];
  const homes = rows.map((row) => row.parentElement);
  const tables = [...document.querySelectorAll("table.claims")];
  const one = tables[0]?.cloneNode(false);
  if (one) {
    one.append(tables[0].tHead.cloneNode(true), document.createElement("tbody"));
    one.hidden = true;
    form.after(one);
  }
  const words = [...form.elements.verdict.options].map((option) => option.value);
  const rank = { verdict: (row) => words.indexOf(row.dataset.verdict), source: (row) => Number(row.dataset.source) };
  const choose = () => {
    const { order, ...wanted } = Object.fromEntries(new FormData(form));
    const by = rank[order];
    if (by) one.tBodies[0].append(...[...rows].sort((a, b) => by(a) - by(b)));
    else rows.forEach((row, i) => homes[i].append(row));
    if (one) one.hidden = !by;
    for (const row of rows) row.hidden = !Object.entries(wanted).every(([name, value]) => !value || row.dataset[name] === value);
    for (const table of tables) table.closest("section").hidden = !table.querySelector("tbody tr:not([hidden])");
    form.querySelector("output").value = `${rows.filter((row) => !row.hidden).length} of ${rows.length} claims`;
  };
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  choose();
}

// On a phone a table that is wider than the page has a block a row, each value with its column's
// name, the first six at first. What names a row in several cells, some of them of rows above, is
// one heading of its block.
const told = (cell) => cell.dataset.label ?? cell.textContent.trim();
for (const table of document.querySelectorAll(".bd-article table:not(.ledger, .counts)")) {
  if (!table.tHead || table.querySelector("td[rowspan]")) continue;
  const names = [];
  for (const row of table.tHead.rows) {
    let at = 0;
    for (const cell of row.cells) {
      for (let i = 0; i < cell.colSpan; i += 1, at += 1) names[at] = [names[at], told(cell)].filter(Boolean).join(", ");
    }
  }
  const above = [];
  for (const row of table.tBodies[0]?.rows ?? []) {
    const levels = [];
    let at = 0;
    for (const cell of row.cells) {
      for (; above[at]?.rows > 0; at += 1) {
        above[at].rows -= 1;
        levels.push(above[at].text);
      }
      const text = cell.textContent.trim();
      if (cell.tagName === "TH") {
        levels.push(names[at] && /^[\d.−]/.test(text) ? `${names[at]} ${text}` : text);
        above[at] = { rows: cell.rowSpan - 1, text: levels.at(-1) };
      }
      if (names[at]) cell.dataset.label = names[at];
      cell.classList.toggle("void", !text);
      at += cell.colSpan;
    }
    if (levels.length < 2) continue;
    const heading = document.createElement("th");
    heading.className = "levels";
    heading.scope = "row";
    heading.textContent = levels.filter(Boolean).join(", ");
    row.prepend(heading);
  }
  const narrow = matchMedia("(max-width: 640px)");
  const rows = table.tBodies[0]?.rows.length ?? 0;
  const all = document.createElement("button");
  all.className = "all-rows";
  all.textContent = `all ${rows} rows`;
  all.addEventListener("click", () => { table.classList.remove("long"); all.remove(); });
  const fit = () => {
    table.classList.remove("blocks", "long");
    all.remove();
    if (!narrow.matches || table.scrollWidth <= table.parentElement.clientWidth) return;
    table.classList.add("blocks");
    if (rows <= 8) return;
    table.classList.add("long");
    table.after(all);
  };
  narrow.addEventListener("change", fit);
  addEventListener("load", fit); // when all styles are there
  fit();
}

// A figure with a slider is printed twice, its first frame above its last.
addEventListener("beforeprint", () => {
  for (const bar of document.querySelectorAll("figure.panels input[type=range]")) {
    const panels = bar.closest("figure").querySelector("div");
    const first = panels.cloneNode(true);
    first.classList.add("first-frame");
    const names = bar.dataset.names.split("|");
    const name = bar.closest("label").textContent.trim().split(" ")[0];
    const told = document.createElement("p");
    told.className = "first-frame";
    told.textContent = `Above: ${name} ${names[0]}; below: ${name} ${names.at(-1)}.`;
    for (const [part, frame] of [[first, "0"], [panels, String(names.length - 1)]]) {
      for (const group of part.querySelectorAll("[data-frame]")) group.style.display = group.dataset.frame === frame ? "" : "none";
    }
    panels.before(first, told);
  }
});
addEventListener("afterprint", () => {
  for (const added of document.querySelectorAll(".first-frame")) added.remove();
  for (const bar of document.querySelectorAll("figure.panels input[type=range]")) bar.dispatchEvent(new Event("input"));
});
