// Draws the charts of the overview: each element holds its numbers, and the table beside it says the same in words.

import uPlot from "uplot";

interface Chart {
  /** Unix seconds. */
  times: number[];
  series: { label: string; values: (number | null)[]; kind: "bars" | "line"; colour: string }[];
  unit: "count" | "usd" | "ms";
  /** Seconds between two times. */
  step: number;
}

const bars = uPlot.paths.bars?.({ size: [0.75, 40] });

const formats: Record<Chart["unit"], (value: number) => string> = {
  count: (value) => new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 }).format(value),
  usd: (value) => `$${value.toLocaleString("en-US", { maximumSignificantDigits: 3 })}`,
  ms: (value) => (value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toLocaleString("en-US", { maximumFractionDigits: 1 })} s`),
};

for (const element of document.querySelectorAll<HTMLElement>("[data-chart]")) {
  const chart = JSON.parse(element.dataset["chart"] ?? "") as Chart;
  let plot = draw(element, chart);
  const redraw = () => {
    plot.destroy();
    plot = draw(element, chart);
  };
  new ResizeObserver(() => {
    if (Math.abs(plot.width - element.clientWidth) > 1) plot.setSize({ width: element.clientWidth, height: 200 });
  }).observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

function draw(element: HTMLElement, { times, series, unit, step }: Chart): uPlot {
  const ink = colourOf("soft-ink");
  const grid = { stroke: colourOf("grid-line"), width: 1 };
  const axis = { stroke: ink, grid, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const format = formats[unit];
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: 200,
    cursor: { drag: { x: false, y: false } },
    // The first and the last bar are whole.
    scales: {
      x: { range: (_, min, max) => [min - step / 2, max + step / 2] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [axis, { ...axis, size: 58, values: (_, values) => values.map(format) }],
    series: [
      {
        value: (_, value) =>
          value === null
            ? "–"
            : new Date(value * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: step < 86_400 ? "short" : undefined }),
      },
      ...series.map(({ label, kind, colour, values }): uPlot.Series => {
        const stroke = colourOf(colour);
        return {
          label,
          stroke,
          ...(kind === "bars" && bars !== undefined ? { width: 0, fill: stroke, paths: bars } : { width: 2 }),
          // One value alone makes no line.
          points: { show: kind === "line" && values.filter((value) => value !== null).length < 3, fill: stroke, size: 7 },
          spanGaps: true,
          value: (_, value) => (value === null ? "–" : format(value)),
        };
      }),
    ],
  };
  element.replaceChildren();
  return new uPlot(options, [times, ...series.map(({ values }) => values)], element);
}

/** What a class of the stylesheet is coloured, on the ground that is shown now. */
function colourOf(name: string): string {
  const probe = document.createElement("span");
  probe.className = name;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
