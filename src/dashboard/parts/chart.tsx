import { toIso } from "../../model/time";
import { costText, countText, durationText, Time } from "./figures";

/** Numbers over time, and how they are drawn. `colour` is a class of the stylesheet. */
export interface ChartProps {
  title: string;
  unit: "count" | "usd" | "ms";
  /** When each interval begins: Unix seconds. */
  times: number[];
  /** Seconds between two of them. */
  step: number;
  series: { label: string; values: (number | null)[]; kind: "bars" | "line"; colour: string }[];
}

const texts = { count: countText, usd: costText, ms: durationText };

/** A chart that a script draws, and the same numbers as a table, for whoever cannot see it or has no script. */
export function Chart({ title, unit, times, step, series }: ChartProps) {
  const textOf = texts[unit];
  const told = times.flatMap((time, index) => (series.some(({ values }) => (values[index] ?? 0) !== 0) ? [{ time, index }] : []));
  return (
    <figure class="card chart">
      <figcaption>{title}</figcaption>
      <div
        class="plot"
        data-chart={JSON.stringify({ unit, times, step, series })}
        role="img"
        aria-label={`${title}, as a chart. The numbers follow as a table.`}
      />
      <details>
        <summary>
          The numbers<span class="unseen"> of {title}</span>
        </summary>
        <div class="scroll" tabindex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">From</th>
                {series.map(({ label }) => (
                  <th scope="col" class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {told.map(({ time, index }) => (
                <tr>
                  <th scope="row">
                    <Time at={toIso(time * 1e6)} />
                  </th>
                  {series.map(({ values }) => (
                    <td class="number">{textOf(values[index] ?? null)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
