// Each element with data-figure="ID" shows the JSON of the element whose id is ID. The page's
// data-theme ("light" or "dark") wins over the reader's system.

const STYLE = `
  .figure { font-family: ${FONT}; margin: 0 0 28px; padding: 12px 16px; }
  .figure-title { font-size: 17px; }
  .figure-subtitle, .figure-colours { font-size: 12.5px; }
  .figure-caption, .figure-nothing { font-size: 12px; margin-top: 4px; }
  .figure-nothing { padding: 32px 0; text-align: center; }
  .figure-panel { display: flex; flex-wrap: wrap; gap: 8px 32px; font-size: 12px; margin: 10px 0; }
  .figure-share { display: grid; grid-template-columns: 86px 120px auto; gap: 6px; align-items: center; }
  .figure-share i { display: block; height: 11px; }`;

function themeNow() {
  const named = document.documentElement.dataset.theme;
  if (named === "light" || named === "dark") return THEMES[named];
  return matchMedia("(prefers-color-scheme: dark)").matches ? THEMES.dark : THEMES.light;
}

function element(parent, kind, text, colour) {
  const made = document.createElement("div");
  made.className = `figure-${kind}`;
  if (text) made.textContent = text;
  if (colour) made.style.color = colour;
  parent.append(made);
  return made;
}

function panel(parent, groups, theme) {
  const all = element(parent, "panel", "", theme.page.text);
  for (const group of groups) {
    const one = element(all, "group");
    element(one, "name", group.name);
    for (const [name, share] of group.shares) {
      const line = element(one, "share");
      element(line, "of", name, theme.page.muted);
      const bar = document.createElement("i");
      bar.style.background = theme.ink[group.ink];
      bar.style.width = `${Math.max(share * 120, 1)}px`;
      line.append(bar);
      element(line, "per-cent", `${written(Math.round(share * 1000) / 10)} %`);
    }
  }
}

// Figures that the page's own script gave, and all elements drawn so far.
const given = new WeakMap();
const drawn = new Set();

function render(target) {
  const figure =
    given.get(target) || JSON.parse(document.getElementById(target.dataset.figure).textContent);
  const { frame } = figure;
  const at = scene(figure, themeNow());
  const page = at.theme.page;
  const old = target.querySelector(".figure-plot");
  if (old) Plotly.purge(old);
  target.replaceChildren();
  target.style.minHeight = "";
  target.style.background = page.background;
  element(target, "title", frame.title, page.text);
  element(target, "subtitle", frame.subtitle, page.muted);
  if (frame.nothing) {
    element(target, "nothing", `nothing to draw: ${frame.nothing}`, page.muted);
    return;
  }
  if (frame.colour_bar) element(target, "colours", `Colours: ${frame.colour_bar.title}`, page.muted);
  const plot = element(target, "plot");
  plot.setAttribute("aria-label", frame.title);
  if (frame.panel) panel(target, frame.panel.groups, at.theme);
  element(target, "caption", frame.caption, page.muted);
  for (const mark of figure.marks) draw[mark.kind](at, mark);
  if (at.isRows) nameGroups(at);
  const settings = {
    responsive: true,
    displaylogo: false,
    modeBarButtons: [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
  };
  const done = Plotly.newPlot(plot, at.traces, layout(at), settings);
  if (at.isRows) nameRowsOnZoom(plot, frame.left.names);
  return done;
}

// Zooming in brings out the names of all rows in view.
function nameRowsOnZoom(plot, names) {
  plot.on("plotly_relayout", (change) => {
    if (!Object.keys(change).some((key) => key.startsWith("yaxis.range") || key === "yaxis.autorange")) return;
    const [bottom, top] = plot.layout.yaxis.range;
    const ticks = rowTicks(names, Math.min(top, bottom), Math.max(top, bottom));
    Plotly.relayout(plot, { "yaxis.tickvals": ticks.tickvals, "yaxis.ticktext": ticks.ticktext });
  });
}

function start() {
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);
  const targets = [...document.querySelectorAll("[data-figure]")];
  const show = (target) => {
    if (drawn.has(target)) return;
    drawn.add(target);
    render(target);
  };
  const watch = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => show(entry.target)),
    { rootMargin: "600px" }
  );
  for (const target of targets) {
    target.style.minHeight = "200px";
    watch.observe(target);
  }
  const redraw = () => drawn.forEach(render);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  addEventListener("beforeprint", () => targets.forEach(show));
}

// For a page's own script: draws a parsed figure into an element and keeps it in the page's theme.
// Wait for what it returns before drawing into the same element again.
window.shelfcastCharts = {
  draw(target, figure) {
    given.set(target, figure);
    drawn.add(target);
    return render(target);
  },
};

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
