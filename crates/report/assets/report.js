"use strict";
{
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const hash = new URLSearchParams(location.hash.slice(1));

  // The last drawing of each picture.
  const drawing = {};

  // Theme.
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme || (systemDark.matches ? "dark" : "light")) === "dark";
  const nameTheme = () => { byId("theme").textContent = isDark() ? "Light" : "Dark"; };
  byId("theme").addEventListener("click", async () => {
    await Promise.all(Object.values(drawing));
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("shelfcast-theme", theme); } catch { /* no storage: for this visit only */ }
    nameTheme();
  });
  systemDark.addEventListener("change", nameTheme);
  nameTheme();

  // Tables: sort by a heading, find by text, narrow by a select, open a line.
  const rowsOf = (table) => all("[data-row]", table);
  const cellOf = (row, column) => (row.rows ? row.rows[0] : row).cells[column];
  const compare = (one, other) => {
    const [a, b] = [one.dataset.value, other.dataset.value];
    if (a !== undefined && b !== undefined) return Number(a) - Number(b);
    const [text, otherText] = [one, other].map((cell) => (cell.firstChild || cell).textContent);
    return text.localeCompare(otherText, "en", { numeric: true });
  };
  const isUnknown = (cell) => cell.querySelector(".unknown") !== null;
  const sort = (heading) => {
    const table = heading.closest("table");
    const column = heading.cellIndex;
    const falling = heading.getAttribute("aria-sort") === "ascending"
      || (!heading.hasAttribute("aria-sort") && heading.classList.contains("number"));
    all("[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const rows = rowsOf(table);
    const place = new Map(rows.map((row, index) => [row, index]));
    rows.sort((one, other) => {
      const [a, b] = [cellOf(one, column), cellOf(other, column)];
      // What is not known comes last in either order.
      const known = Number(isUnknown(a)) - Number(isUnknown(b));
      return known || (falling ? compare(b, a) : compare(a, b)) || place.get(one) - place.get(other);
    });
    rows[0].parentNode.append(...rows);
  };
  all("th[data-sort] button").forEach((button) =>
    button.addEventListener("click", () => sort(button.closest("th"))));

  const narrow = (id) => {
    const find = document.querySelector(`[data-find="${id}"]`);
    const select = document.querySelector(`[data-narrow="${id}"]`);
    const words = find ? find.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
    const rows = rowsOf(byId(id));
    let shown = 0;
    for (const row of rows) {
      const text = (row.rows ? row.rows[0] : row).textContent.toLowerCase();
      const fits = words.every((word) => text.includes(word))
        && (!select || !select.value || row.dataset.group === select.value);
      row.hidden = !fits;
      shown += Number(fits);
    }
    const status = document.querySelector(`[data-shown="${id}"]`);
    const all = select && "one" in select.dataset ? rows.filter((row) => row.dataset.group === select.value) : rows;
    status.textContent = shown === all.length ? "" : `${shown} of ${all.length} rows`;
  };
  all("[data-find]").forEach((find) => find.addEventListener("input", () => narrow(find.dataset.find)));
  all("[data-narrow]").forEach((select) => select.addEventListener("change", () => narrow(select.dataset.narrow)));
  all("[data-one]").forEach((select) => narrow(select.dataset.narrow));
  all("button.open").forEach((button) => button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    byId(button.getAttribute("aria-controls")).hidden = !open;
  }));

  // Pictures.
  const catalog = JSON.parse(byId("catalog").textContent);
  const entries = new Map(catalog.map((entry) => [entry.key, entry]));
  const scripts = new Map(all("script[data-marks]").map((script) => [script.dataset.marks, script]));
  const parsed = new Map();
  const marks = (id) => {
    if (!parsed.has(id) && scripts.has(id)) parsed.set(id, JSON.parse(scripts.get(id).textContent));
    return parsed.get(id);
  };
  const shown = { series: "total", measure: "units", heatmap: "units", figures: {} };
  const picture = (name, entry) => {
    const wanted = name === "heatmap" ? shown.heatmap : shown.measure;
    const measures = entry.pictures[name] || {};
    const measure = wanted in measures ? wanted : Object.keys(measures)[0];
    return { id: measures[measure], isOther: measure !== wanted, measure };
  };
  const note = (name, entry, choice) => {
    const notes = [entry.notes[name]];
    if (choice.isOther && name !== "abc") notes.push(`Drawn in ${choice.measure}: ${shown.measure} is not known of this series.`);
    return notes.filter(Boolean).join(" ");
  };
  // One drawing of a slot ends before the next begins; what is no longer wanted is not drawn.
  const redraw = (slot, name, id) => {
    const last = drawing[name] || Promise.resolve();
    drawing[name] = last.then(() => shown.figures[name] === id && window.shelfcastCharts.draw(slot, marks(id)));
  };
  const draw = () => {
    const entry = entries.get(shown.series);
    for (const slot of all("[data-slot]")) {
      const name = slot.dataset.slot;
      const choice = picture(name, entry);
      document.querySelector(`[data-note="${name}"]`).textContent = note(name, entry, choice);
      if (shown.figures[name] === choice.id) continue;
      shown.figures[name] = choice.id;
      slot.dataset.shows = choice.id;
      redraw(slot, name, choice.id);
    }
  };

  // Pictures that belong to no series.
  const drawStills = () => {
    for (const slot of all("[data-still]")) {
      const id = slot.dataset.still;
      drawing[id] = Promise.resolve(window.shelfcastCharts.draw(slot, marks(id)));
    }
  };

  const levels = [["total", "Everything"], ["category", "Categories"], ["location", "Places"], ["product", "Products"]];
  const list = byId("series");
  const fill = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (entry) => {
      const where = `${entry.name} ${entry.key} ${entry.category}`.toLowerCase();
      return words.every((word) => where.includes(word));
    };
    const found = catalog.filter(fits);
    list.replaceChildren();
    for (const [level, label] of levels) {
      const inside = found.filter((entry) => entry.level === level);
      if (!inside.length) continue;
      const group = document.createElement("optgroup");
      group.label = label;
      for (const entry of inside) {
        const option = new Option(entry.name, entry.key, false, entry.key === shown.series);
        option.title = entry.key;
        group.append(option);
      }
      list.append(group);
    }
    byId("series-count").textContent = words.length ? `${found.length} of ${catalog.length} found` : "";
  };
  const choose = (key) => {
    if (!entries.has(key)) return false;
    shown.series = key;
    list.value = key;
    draw();
    return true;
  };
  fill("");
  byId("find-series").addEventListener("input", (event) => fill(event.target.value));
  list.addEventListener("change", () => choose(list.value));
  all('input[name="measure"], input[name="heatmap"]').forEach((radio) => radio.addEventListener("change", () => {
    shown[radio.name] = radio.value;
    draw();
  }));
  all("[data-show]").forEach((link) => link.addEventListener("click", () => {
    byId("find-series").value = "";
    fill("");
    choose(link.dataset.show);
  }));

  // For tests: what is drawn, by picture (as in "forecast") or by id (as in "forecast/product/P-1/units").
  Object.assign(window.shelfcast, {
    catalog,
    choose,
    figure: (id) => marks(shown.figures[id] || id),
    figures: () => Array.from(scripts.keys()),
  });

  for (const name of ["measure", "heatmap"]) {
    const radio = all(`input[name="${name}"]`).find((one) => one.value === hash.get(name));
    if (radio) {
      radio.checked = true;
      shown[name] = radio.value;
    }
  }
  // The charts' own styles are in place once the page is read; widths are measured with them.
  addEventListener("DOMContentLoaded", () => {
    drawStills();
    choose(hash.get("series") || "total") || choose("total");
  });
}
