// Axes, legend, groups of rows and colours.

function xAxis(at) {
  const { x } = at.frame;
  const shared = { gridcolor: at.theme.page.grid, zeroline: false, linecolor: at.theme.page.axis };
  if (at.isTime) {
    const tickformatstops = [
      { dtickrange: [null, "M1"], value: "%-d %b\n%Y" },
      { dtickrange: ["M1", "M12"], value: "%b\n%Y" },
      { dtickrange: ["M12", null], value: "%Y" },
    ];
    const range = [at.x(x.from), at.x(x.to)];
    return { ...shared, type: "date", range, hoverformat: "%-d %b %Y", tickformatstops };
  }
  if (x.kind === "number") {
    const title = { text: escaped(x.title), font: { size: 12 } };
    const numbers = { separatethousands: true, exponentformat: "none" };
    return { ...shared, ...numbers, title, range: [x.from, x.to], automargin: true };
  }
  const named = x.names.length <= MOST_NAMES;
  const ticks = named && {
    tickvals: x.names.map((_, index) => index + 0.5),
    ticktext: x.names.map((name) => escaped(shortened(name, 18))),
    tickangle: -40,
  };
  const range = [0, x.names.length];
  const title = { text: escaped(x.title), font: { size: 12 } };
  const numbers = { separatethousands: true, exponentformat: "none" };
  return { ...shared, ...numbers, title, range, showgrid: false, automargin: true, ...ticks };
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// As many row names as fit between two rows.
function rowTicks(names, first, last) {
  const every = Math.max(1, Math.ceil((last - first) / MOST_NAMES));
  const rows = [...names.keys()].filter(
    (row) => row % every === 0 && row + 0.5 >= first && row + 0.5 <= last
  );
  return {
    tickvals: rows.map((row) => row + 0.5),
    ticktext: rows.map((row) => escaped(shortened(names[row], 30))),
  };
}

function yAxis(at, axis) {
  const title = { text: escaped(axis.title), font: { size: 12 } };
  const shared = { zeroline: false, automargin: true, title };
  if (axis.kind === "rows") {
    const count = axis.names.length;
    title.standoff = 12;
    return { ...shared, range: [count, 0], showgrid: false, ...rowTicks(axis.names, 0, count) };
  }
  const tickformat = axis.percent ? ",.0%" : undefined;
  const range = [axis.from, axis.to];
  const numbers = { tickmode: "auto", nticks: 7, separatethousands: true, exponentformat: "none" };
  return { ...shared, ...numbers, range, fixedrange: true, gridcolor: at.theme.page.grid, tickformat };
}

function layout(at) {
  const { frame, theme } = at;
  const height = frame.plot_height + 164;
  const result = {
    height,
    margin: { l: 60, r: 60, t: 44, b: 50 },
    paper_bgcolor: theme.page.background,
    plot_bgcolor: theme.page.background,
    font: { family: FONT, size: 11.5, color: theme.page.text },
    hovermode: at.isRows || !at.isTime ? "closest" : "x unified",
    hoverlabel: { bgcolor: theme.page.background, font: { color: theme.page.text } },
    legend: legend(at),
    barmode: "overlay",
    bargap: 0,
    shapes: at.shapes,
    annotations: at.annotations,
    xaxis: xAxis(at),
    yaxis: yAxis(at, frame.left),
  };
  if (frame.right) {
    result.yaxis2 = { ...yAxis(at, frame.right), overlaying: "y", side: "right", showgrid: false };
  }
  if (frame.colour_bar) result.coloraxis = colourAxis(at);
  return result;
}

// Long legends go below, where they do not meet the buttons.
function legend(at) {
  const height = at.frame.plot_height;
  return at.isTime && !at.isRows
    ? { orientation: "h", x: 0, y: -48 / height, yanchor: "top" }
    : { orientation: "h", x: 0, y: 1 + 26 / height, yanchor: "bottom" };
}

// A line under each group of rows, and its name at the side.
function nameGroups(at) {
  let top = 0;
  for (const [name, count] of at.frame.left.groups) {
    const bottom = top + count;
    if (name) {
      const line = { color: at.theme.page.text, width: 1 };
      at.shapes.push({ type: "line", xref: "paper", x0: 0, x1: 1.02, y0: bottom, y1: bottom, line });
      at.annotations.push({
        text: escaped(shortened(name, 14)), showarrow: false, xref: "paper", x: 1.006,
        xanchor: "left", y: (top + bottom) / 2,
      });
    }
    top = bottom;
  }
}

function colourAxis(at) {
  const { ticks } = at.frame.colour_bar;
  const last = at.theme.shades.length - 1;
  return {
    cmin: 0,
    cmax: 1,
    colorscale: at.theme.shades.map((shade, index) => [index / last, shade]),
    colorbar: {
      thickness: 12,
      x: at.frame.left.groups.some((group) => group[0]) ? 1.06 : 1.01,
      tickvals: ticks.map((tick) => tick[1]),
      ticktext: ticks.map((tick) => written(tick[0])),
    },
  };
}
