// From the marks of a figure to the traces, shapes and words of a chart.

const DAY = 86400000;
const DASH = { full: "solid", dashed: "dash", dotted: "dot" };
const SYMBOL = { circle: "circle", diamond: "diamond", triangle: "triangle-up", cross: "x" };
const FONT = "DejaVu Sans, Segoe UI, Helvetica Neue, Arial, sans-serif";
const MOST_NAMES = 45;

const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
const written = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 4 });
const date = (day) => new Date(day * DAY).toISOString().slice(0, 19);
const writtenDay = (day) =>
  new Date(day * DAY).toLocaleDateString("en-GB", {
    day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });

// A figure with what its marks need: the theme, and how x and rows are placed.
function scene(figure, theme) {
  const frame = figure.frame;
  const isTime = frame.x.kind === "time";
  return {
    frame,
    theme,
    isTime,
    isRows: frame.left.kind === "rows",
    x: isTime ? date : (value) => value,
    period: (from) =>
      frame.x.period === "day" ? writtenDay(from) : `${frame.x.period} from ${writtenDay(from)}`,
    seen: new Set(),
    traces: [],
    shapes: [],
    annotations: [],
  };
}

// What all traces of a mark share; only the first of a series stands in the legend.
function base(at, mark) {
  const first = !at.seen.has(mark.series);
  at.seen.add(mark.series);
  return {
    name: escaped(mark.series),
    legendgroup: mark.series,
    showlegend: first,
    yaxis: mark.side === "right" ? "y2" : "y",
  };
}

function numberFormat(at, mark) {
  const axis = mark.side === "right" ? at.frame.right : at.frame.left;
  return axis && axis.percent ? ",.2~%" : ",.4~f";
}

// A box over one place also lists values a little aside, so each value tells its own day.
function dayOf(at) {
  return at.isTime ? " (%{x|%-d %b %Y})" : "";
}

const draw = {
  line(at, mark) {
    at.traces.push({
      ...base(at, mark),
      type: "scatter",
      mode: mark.points.length === 1 ? "markers" : "lines",
      x: mark.points.map((point) => at.x(point[0])),
      y: mark.points.map((point) => point[1]),
      line: { color: at.theme.ink[mark.ink], dash: DASH[mark.stroke], width: 2 },
      marker: { color: at.theme.ink[mark.ink], size: 5 },
      hovertemplate: `%{y:${numberFormat(at, mark)}}${dayOf(at)}`,
    });
  },

  band(at, mark) {
    const colour = at.theme.ink[mark.ink];
    const x = mark.limits.map((limit) => at.x(limit.x));
    const line = { color: colour, width: mark.edge ? 1 : 0, dash: DASH[mark.edge || "full"] };
    const shared = { ...base(at, mark), type: "scatter", mode: "lines", x, line };
    const low = mark.limits.map((limit) => limit.low);
    // The lower edge of what is only limited from above would look like a value.
    const foot = low.every((value) => value === 0) ? { ...line, width: 0 } : line;
    at.traces.push({ ...shared, y: low, line: foot, showlegend: false, hoverinfo: "skip" });
    at.traces.push({
      ...shared,
      y: mark.limits.map((limit) => limit.high),
      fill: "tonexty",
      fillcolor: transparent(colour, mark.opacity),
      customdata: mark.limits.map((limit) => `${written(limit.low)} to ${written(limit.high)}`),
      hovertemplate: `%{customdata}${dayOf(at)}`,
    });
  },

  bar(at, mark) {
    const unit = at.isTime ? DAY : 1;
    const name = (bar) => (at.isTime ? at.period(bar.from) : at.frame.x.names[bar.from]);
    at.traces.push({
      ...base(at, mark),
      type: "bar",
      x: mark.bars.map((bar) => at.x(bar.from)),
      y: mark.bars.map((bar) => bar.value),
      width: mark.bars.map((bar) => (bar.to - bar.from) * unit),
      offset: 0,
      marker: { color: at.theme.ink[mark.ink], opacity: mark.opacity, line: { width: 0 } },
      customdata: mark.bars.map((bar) => escaped(name(bar))),
      hovertemplate: `%{y:${numberFormat(at, mark)}} (%{customdata})`,
    });
  },

  cell(at, mark) {
    const shared = base(at, mark);
    at.traces.push({ ...shared, ...heatmap(at, mark), showlegend: false });
    const lines = { hatched: hatching, outlined: outlines }[mark.texture];
    at.traces.push({
      ...shared,
      type: "scatter",
      ...(lines ? lines(at, mark) : dots(at, mark)),
      hoverinfo: "skip",
    });
  },

  rule(at, mark) {
    const line = { color: at.theme.ink[mark.ink], dash: DASH[mark.stroke], width: 1.5 };
    const side = mark.side === "right" ? "y2" : "y";
    const place = mark.upright ? at.x(mark.at) : mark.at;
    at.shapes.push(
      mark.upright
        ? { type: "line", xref: "x", yref: "paper", x0: place, x1: place, y0: 0, y1: 1, line }
        : { type: "line", xref: "paper", yref: side, x0: 0, x1: 1, y0: place, y1: place, line }
    );
    const words = { text: escaped(mark.text), showarrow: false, font: { size: 11 } };
    at.annotations.push(
      mark.upright
        ? { ...words, xref: "x", yref: "paper", x: place, y: 1, yanchor: "bottom", xanchor: towardsMiddle(at, mark.at) }
        : {
            ...words, xref: "paper", yref: side, x: at.isTime ? 0 : 1, y: place,
            xanchor: at.isTime ? "left" : "right", yanchor: isLow(at, mark) ? "bottom" : "top",
            bgcolor: transparent(at.theme.page.background, 0.7),
          }
    );
  },

  point(at, mark) {
    const row = (index) => escaped(at.frame.left.names[index]);
    const note = (point, index) => (at.isRows ? row(point[1]) : escaped(mark.notes[index] || ""));
    const hasNotes = at.isRows || mark.notes.length > 0;
    at.traces.push({
      ...base(at, mark),
      type: "scatter",
      mode: "markers",
      x: mark.points.map((point) => at.x(point[0])),
      y: mark.points.map((point) => point[1] + (at.isRows ? 0.5 : 0)),
      marker: {
        symbol: SYMBOL[mark.symbol],
        size: at.isRows && at.frame.left.names.length > 60 ? 4 : 8,
        color: at.theme.ink[mark.ink],
        line: { width: 1, color: at.theme.page.background },
      },
      cliponaxis: false,
      customdata: mark.points.map(note),
      hovertemplate: (hasNotes ? "%{customdata}" : `%{y:${numberFormat(at, mark)}}`) + dayOf(at),
    });
  },

  span(at, mark) {
    mark.spans.forEach(([from, to], index) => {
      at.shapes.push({
        type: "rect", xref: "x", yref: "paper", x0: at.x(from), x1: at.x(to), y0: 0, y1: 1,
        fillcolor: at.theme.ink[mark.ink], opacity: 0.2, line: { width: 0 }, layer: "below",
        name: escaped(mark.series), legendgroup: mark.series, showlegend: index === 0,
      });
    });
  },

  label(at, mark) {
    at.annotations.push({
      text: escaped(mark.text), x: at.x(mark.x), y: mark.y, showarrow: false,
      yref: mark.side === "right" ? "y2" : "y",
    });
  },
};

// Words under a rule at the foot would meet the ticks.
function isLow(at, mark) {
  const { from, to } = (mark.side === "right" && at.frame.right) || at.frame.left;
  return mark.at < from + 0.1 * (to - from);
}

// Words near an end of the x axis lean inwards.
function towardsMiddle(at, place) {
  const { x } = at.frame;
  const [from, to] = at.isTime ? [x.from, x.to] : [0, x.names.length];
  const share = (place - from) / (to - from);
  if (share < 0.12) return "left";
  return share > 0.88 ? "right" : "center";
}

function transparent(colour, opacity) {
  const part = (at) => parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${part(1)},${part(3)},${part(5)},${opacity})`;
}

// Cells [from, to, row, value, shade] as a table of shades between all edges.
function heatmap(at, mark) {
  const names = at.frame.left.names;
  const edges = [...new Set(mark.cells.flatMap((cell) => [cell[0], cell[1]]))].sort((a, b) => a - b);
  const column = new Map(edges.map((edge, index) => [edge, index]));
  const table = () => names.map(() => new Array(edges.length - 1).fill(null));
  const [shades, notes] = [table(), table()];
  for (const [from, , row, value, shade] of mark.cells) {
    shades[row][column.get(from)] = shade;
    notes[row][column.get(from)] =
      `${escaped(names[row])}<br>${at.period(from)}<br>${escaped(mark.series)}: ${written(value)}`;
  }
  return {
    type: "heatmap",
    x: edges.map(at.x),
    y: [...names.keys(), names.length],
    z: shades,
    customdata: notes,
    coloraxis: "coloraxis",
    opacity: mark.texture === "hatched" ? 0.45 : 1,
    ygap: names.length > 80 ? 0 : 1,
    hovertemplate: "%{customdata}<extra></extra>",
    hoverongaps: false,
  };
}

// Strokes joined into one trace with gaps between them.
function strokes(at, lines, style) {
  const points = lines.flatMap((line) => [...line, [null, null]]);
  return {
    mode: "lines",
    x: points.map((point) => (point[0] === null ? null : at.x(point[0]))),
    y: points.map((point) => point[1]),
    line: { width: 1, color: at.theme.page.muted, ...style },
  };
}

// A stroke across each cell; across as many as it takes to be seen where rows are thin.
function hatching(at, mark) {
  const deepest = Math.ceil(at.frame.left.names.length / 60);
  const has = new Set(mark.cells.map(([from, , row]) => `${row} ${from}`));
  const lines = [];
  for (const [from, to, row] of mark.cells) {
    if (row % deepest !== 0 && has.has(`${row - 1} ${from}`)) continue;
    let bottom = row + 1;
    while (bottom % deepest !== 0 && has.has(`${bottom} ${from}`)) bottom += 1;
    lines.push([[from, bottom], [to, row]]);
  }
  return strokes(at, lines, {});
}

// A dotted line around each block: neighbours in a row, with rows as wide right below.
function outlines(at, mark) {
  const runs = [];
  for (const [from, to, row] of mark.cells) {
    const last = runs[runs.length - 1];
    if (last && last.row === row && last.to === from) last.to = to;
    else runs.push({ from, to, row });
  }
  const blocks = new Map();
  const outlined = [];
  for (const { from, to, row } of runs) {
    const above = blocks.get(`${from} ${to}`);
    if (above && above.bottom === row) {
      above.bottom += 1;
      continue;
    }
    const block = { from, to, top: row, bottom: row + 1 };
    blocks.set(`${from} ${to}`, block);
    outlined.push(block);
  }
  const around = ({ from, to, top, bottom }) =>
    [[from, top], [to, top], [to, bottom], [from, bottom], [from, top]];
  return strokes(at, outlined.map(around), { dash: "dot", width: 1.5, color: at.theme.page.text });
}

// Counted cells carry a dot; others only stand in the legend.
function dots(at, mark) {
  const cells = mark.texture === "dotted" && at.frame.left.names.length <= 80 ? mark.cells : [];
  return {
    mode: "markers",
    x: cells.length ? cells.map((cell) => at.x((cell[0] + cell[1]) / 2)) : [null],
    y: cells.length ? cells.map((cell) => cell[2] + 0.5) : [null],
    marker: {
      symbol: mark.texture === "dotted" ? "circle" : "square",
      size: mark.texture === "dotted" ? 5 : 10,
      color: mark.texture === "dotted" ? at.theme.page.background : at.theme.shades[3],
      line: { width: 1, color: at.theme.page.text },
    },
  };
}
