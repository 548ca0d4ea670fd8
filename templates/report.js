"use strict";
// Everything works without this: it adds sorting, filters, the search and the
// switch to rows that are all there. It only reads and moves what the page
// holds, and writes text, never markup.
(() => {
  const byId = (id) => document.getElementById(id);
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const count = byId("count"), clear = byId("clear"), more = byId("more"), search = byId("search");
  const number = new Intl.NumberFormat("en");
  const collator = new Intl.Collator("en", { numeric: true });

  const records = [...body.rows].map((row, rank) => ({
    row, rank, verdict: row.cells[0].textContent, kind: row.cells[2].textContent, text: null, shown: true,
  }));
  const chosen = { verdict: new Set(), kind: new Set() };
  let terms = [];

  // What a search looks through: what is shown, and the other form of all that
  // is defanged; not the labels, which every row has.
  const textOf = (record) => {
    if (record.text === null) {
      const parts = [];
      for (const cell of record.row.cells) {
        if (cell.className !== "m") parts.push(cell.textContent);
        else for (const part of cell.querySelectorAll("ul, dd")) parts.push(part.textContent);
      }
      for (const part of record.row.querySelectorAll("[data-as]")) parts.push(part.dataset.as);
      record.text = parts.join("\n").toLowerCase();
    }
    return record.text;
  };

  const matches = (record) =>
    (chosen.verdict.size === 0 || chosen.verdict.has(record.verdict)) &&
    (chosen.kind.size === 0 || chosen.kind.has(record.kind)) &&
    (terms.length === 0 ||
      terms.every(([term, plain]) => textOf(record).includes(term) || (plain !== term && textOf(record).includes(plain))));

  // Of thousands of rows only the first are laid out, until more are asked for,
  // and only those are touched that come or go: this makes a keystroke cheap.
  const STEP = 250;
  let order = records, limit = STEP, matching = records;
  const show = () => {
    matching = order.filter(matches);
    const first = new Set(matching.slice(0, limit));
    for (const record of records) {
      const shown = first.has(record);
      if (record.shown !== shown) record.row.hidden = !(record.shown = shown);
    }
    const filtered = terms.length > 0 || chosen.verdict.size > 0 || chosen.kind.size > 0;
    const total = `${number.format(records.length)} ${records.length === 1 ? "record" : "records"}`;
    count.textContent = filtered ? `${number.format(matching.length)} of ${total}` : total;
    clear.hidden = !filtered;
    const by = [...chosen.verdict, ...chosen.kind, ...terms.map(([term]) => `“${term}”`)];
    byId("by").textContent = filtered ? `: ${by.join(", ")}` : "";
    more.hidden = matching.length <= limit;
    more.firstElementChild.textContent = `The first ${number.format(limit)} of ${number.format(matching.length)} are shown.`;
  };
  const filter = () => {
    limit = STEP;
    show();
  };
  const [showMore, showAll] = more.querySelectorAll("button");
  showMore.textContent = `Show ${STEP} more`;
  const extend = (to) => {
    const next = matching[limit];
    limit = to;
    show();
    // The keyboard goes on where the new rows begin: the button may be gone.
    next.row.tabIndex = -1;
    next.row.focus({ preventScroll: true });
  };
  showMore.addEventListener("click", () => extend(limit + STEP));
  showAll.addEventListener("click", () => extend(Infinity));

  // Both forms of an indicator are in the text; what is typed may mix them.
  const refanged = (term) => term.replace(/\[\.\]|\(\.\)|\[dot\]/g, ".").replace(/\[:\]/g, ":").replace(/\[@\]/g, "@").replace(/hxxp/g, "http");
  search.addEventListener("input", () => {
    terms = search.value.toLowerCase().split(/\s+/).filter(Boolean).map((term) => [term, refanged(term)]);
    filter();
  });

  // One button for each value that is there; none pressed means all.
  const chips = (group, key) => {
    const counts = new Map();
    for (const record of records) counts.set(record[key], (counts.get(record[key]) ?? 0) + 1);
    const values = [...counts];
    // Verdicts come in the order of the page, the worst first.
    if (key === "kind") values.sort(([a], [b]) => (a === "–") - (b === "–") || collator.compare(a, b));
    for (const [value, records] of values) {
      const chip = document.createElement("button");
      const amount = document.createElement("span");
      chip.type = "button";
      chip.className = key === "verdict" ? value : "kind";
      chip.setAttribute("aria-pressed", "false");
      amount.textContent = number.format(records);
      chip.append(value === "–" ? "none" : value, " ", amount);
      chip.addEventListener("click", () => {
        const pressed = !chosen[key].delete(value);
        if (pressed) chosen[key].add(value);
        chip.setAttribute("aria-pressed", String(pressed));
        filter();
      });
      group.append(chip);
    }
  };
  const [verdicts, kinds] = document.querySelectorAll(".chips");
  chips(verdicts, "verdict");
  chips(kinds, "kind");

  clear.addEventListener("click", () => {
    chosen.verdict.clear();
    chosen.kind.clear();
    terms = [];
    search.value = "";
    for (const chip of document.querySelectorAll(".chips button")) chip.setAttribute("aria-pressed", "false");
    filter();
    search.focus();
  });

  // The page comes ordered by verdict, so that column's key is a row's rank.
  const textAt = (index) => ({ row }) => row.cells[index].textContent;
  const columns = [
    { key: ({ rank }) => rank },
    {
      descending: true,
      key: ({ row }) => {
        const [detections, engines] = row.cells[1].textContent.split("/").map(Number);
        return engines > 0 ? detections + detections / engines / 10 : null;
      },
    },
    { key: textAt(2) },
    { key: textAt(3) },
    { key: textAt(4) },
    { key: ({ row }) => (/^\d/.test(row.cells[5].textContent) ? row.cells[5].textContent : null), descending: true },
    { key: ({ row }) => Number(row.dataset.place) },
    { key: ({ row }) => Number(row.cells[7].textContent), descending: true },
  ];
  const heads = [...table.tHead.rows[0].cells];

  const sort = (index, descending) => {
    const { key } = columns[index];
    const keyed = records.map((record) => [key(record), record]);
    const isNothing = (value) => value === null || value === "" || value === "–";
    keyed.sort(([a, one], [b, other]) => {
      // What has no value stands last, whatever the direction.
      if (isNothing(a) || isNothing(b)) return isNothing(a) - isNothing(b) || one.rank - other.rank;
      const order = typeof a === "string" ? collator.compare(a, b) : a - b;
      return (descending ? -order : order) || one.rank - other.rank;
    });
    order = keyed.map(([, record]) => record);
    filter();
    // Out of the page they are moved without being laid out each time.
    body.remove();
    for (const { row } of order) body.append(row);
    table.append(body);
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[index].setAttribute("aria-sort", descending ? "descending" : "ascending");
  };

  columns.forEach(({ descending = false }, index) => {
    const button = document.createElement("button");
    button.type = "button";
    heads[index].dataset.name = heads[index].textContent;
    button.append(...heads[index].childNodes);
    button.addEventListener("click", () => {
      const now = heads[index].getAttribute("aria-sort");
      sort(index, now === null ? descending : now === "ascending");
    });
    heads[index].append(button);
  });

  // Each element swaps what it shows for its other form.
  byId("refang").addEventListener("change", () => {
    for (const part of document.querySelectorAll("[data-as]")) {
      const other = part.dataset.as;
      part.dataset.as = part.textContent;
      part.textContent = other;
    }
  });

  // On paper all rows stand that match. Nothing can be opened there; newer
  // browsers see to that by the style alone.
  let opened = [];
  addEventListener("beforeprint", () => {
    for (const { row } of matching.slice(limit)) row.hidden = false;
    if (CSS.supports("selector(::details-content)")) return;
    opened = [...document.querySelectorAll("tr:not([hidden]) details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const { row } of matching.slice(limit)) row.hidden = true;
    for (const details of opened) details.open = false;
  });

  // A reload keeps what was typed and ticked in some browsers, not what it did.
  search.value = "";
  byId("refang").checked = false;
  document.querySelector(".controls").hidden = false;
  filter();
  document.documentElement.classList.add("live");

  // The first keystroke should find the texts ready.
  const later = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 1));
  let next = 0;
  const prepare = (deadline) => {
    while (next < records.length && deadline.timeRemaining() > 1) textOf(records[next++]);
    if (next < records.length) later(prepare);
  };
  later(prepare);
})();
