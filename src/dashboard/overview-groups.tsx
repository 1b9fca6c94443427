import type { MetricsAnswer, MetricsGroup } from "../query/metrics-answer";
import { Word } from "./chat/words";
import { pageAddress } from "./parts/address";
import { countText, durationText, shortCount, totalCostText } from "./parts/figures";

/** What the overview groups by, and how it is called. */
export const groupings = { model: "Model", provider: "Provider", environment: "Environment", prompt_version: "Prompt version" } as const;
type Grouping = keyof typeof groupings;

interface GroupsProps {
  answer: MetricsAnswer;
  groupBy: Grouping;
  range: string;
  projectId: string;
}

/** The groups of a time, the largest first. Each leads to its recordings. */
export function Groups({ answer, groupBy, range, projectId }: GroupsProps) {
  const most = Math.max(1, ...answer.groups.map(({ totals }) => totals.recordings));
  return (
    <section>
      <div class="heading">
        <h2 id="groups">By {groupings[groupBy].toLowerCase()}</h2>
        <nav class="chips" aria-label="Group by">
          {(Object.keys(groupings) as Grouping[]).map((name) => (
            <a href={pageAddress("/", projectId, { range, group_by: name })} aria-current={name === groupBy ? "true" : undefined}>
              {groupings[name]}
            </a>
          ))}
        </nav>
      </div>
      <div class="scroll" tabindex={0} role="region" aria-labelledby="groups">
        <table>
          <thead>
            <tr>
              <th scope="col">{groupings[groupBy]}</th>
              <th scope="col">
                <span class="unseen">Share of the calls</span>
              </th>
              <Heads names={["Calls", "Failed", "Tokens in", "out", "Cost", "Median", "p95"]} />
            </tr>
          </thead>
          <tbody>
            {answer.groups.map((group) => (
              <Group group={group} most={most} groupBy={groupBy} projectId={projectId} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Heads({ names }: { names: string[] }) {
  return (
    <>
      {names.map((name) => (
        <th scope="col" class="number">
          {name}
        </th>
      ))}
    </>
  );
}

/** What the list of recordings is filtered by for one group. */
const conditions = { model: "model", provider: "provider", environment: "environment", prompt_version: "prompt_version_id" } as const;

function Group({ group, most, groupBy, projectId }: { group: MetricsGroup; most: number; groupBy: Grouping; projectId: string }) {
  const { value, is_other: isOther, totals } = group;
  const name = isOther ? "all others" : (value ?? "not said");
  return (
    <tr>
      <th scope="row">
        {value === null ? (
          name
        ) : (
          <a href={pageAddress("/recordings", projectId, { [conditions[groupBy]]: value })}>
            <Word text={name} />
          </a>
        )}
      </th>
      <td>
        <svg class="bar c1" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect width={(100 * totals.recordings) / most} height="8" rx="1" />
        </svg>
      </td>
      <td class="number">{countText(totals.recordings)}</td>
      <td class="number">{countText(totals.errors)}</td>
      <td class="number">{shortCount(totals.tokens.prompt)}</td>
      <td class="number">{shortCount(totals.tokens.completion)}</td>
      <td class="number">{totalCostText(totals)}</td>
      <td class="number">{durationText(totals.latency_ms.p50)}</td>
      <td class="number">{durationText(totals.latency_ms.p95)}</td>
    </tr>
  );
}
