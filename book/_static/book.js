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

// Show the claims of one verdict, of one source, or of both; headings without a claim go, too.
for (const form of document.querySelectorAll("form.filters")) {
  const rows = [...document.querySelectorAll("table.ledger tbody tr")];
  const choose = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value);
    for (const row of rows) row.hidden = !wanted.every(([name, value]) => row.dataset[name] === value);
    for (const table of document.querySelectorAll("table.ledger")) {
      table.closest("section").hidden = !table.querySelector("tbody tr:not([hidden])");
    }
    form.querySelector("output").value = `${rows.filter((row) => !row.hidden).length} of ${rows.length} claims`;
  };
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  choose();
}
