import type { SessionNode } from "../../query/session-nodes";
import { Word } from "../chat/words";
import { pageAddress } from "./address";
import { costText, countText, durationText } from "./figures";

interface TreeProps {
  nodes: SessionNode[];
  projectId: string;
}

/** Traces, tool spans and recordings as they belong together, each with where in the whole time it was. */
export function Tree({ nodes, projectId }: TreeProps) {
  return <Nodes nodes={nodes} projectId={projectId} span={spanOf(nodes)} />;
}

interface Span {
  fromMs: number;
  toMs: number;
}

function Nodes({ nodes, projectId, span }: TreeProps & { span: Span }) {
  return (
    <ul class="tree">
      {nodes.map((node) => (
        <li>
          <NodeLine node={node} projectId={projectId} span={span} />
          {node.children.length === 0 ? null : (
            <details open>
              <summary>
                {node.children.length} within
                <span class="unseen">
                  {" "}
                  <Word text={labelOf(node)} />
                </span>
              </summary>
              <Nodes nodes={node.children} projectId={projectId} span={span} />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function NodeLine({ node, projectId, span }: { node: SessionNode; projectId: string; span: Span }) {
  const path = node.type === "trace" ? "/traces/" : "/recordings/";
  return (
    <span class="node">
      <span class="mark">{node.kind ?? node.type}</span>{" "}
      <a href={pageAddress(`${path}${encodeURIComponent(node.id)}`, projectId)}>
        <Word text={labelOf(node)} />
      </a>
      {node.has_error === true ? <span class="mark bad">error</span> : null}
      <small>
        {node.type === "recording"
          ? `${countText(node.prompt_tokens)} in, ${countText(node.completion_tokens)} out, ${costText(node.cost_usd)}`
          : ""}
        {node.latency_ms === null ? "" : ` ${durationText(node.latency_ms)}`}
      </small>
      <TimeBar node={node} span={span} />
    </span>
  );
}

const labelOf = (node: SessionNode): string => node.name ?? node.agent_name ?? node.model ?? node.id;

function TimeBar({ node, span: { fromMs, toMs } }: { node: SessionNode; span: Span }) {
  if (node.started_at === null || toMs <= fromMs) return null;
  const start = Date.parse(node.started_at);
  const end = node.ended_at === null ? start : Math.max(start, Date.parse(node.ended_at));
  const width = 100 / (toMs - fromMs);
  return (
    <svg class="bar when" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="ground" width="100" height="4" />
      <rect
        class={node.type === "trace" ? "c5" : "c1"}
        x={Math.min(99.4, (start - fromMs) * width)}
        width={Math.max(0.6, (end - start) * width)}
        height="4"
      />
    </svg>
  );
}

/** From the first beginning to the last end. */
function spanOf(nodes: SessionNode[]): Span {
  const all = allOf(nodes);
  const starts = all.flatMap(({ started_at: at }) => (at === null ? [] : [Date.parse(at)]));
  const ends = all.flatMap(({ started_at: from, ended_at: at }) => (at === null || from === null ? [] : [Date.parse(at)]));
  return { fromMs: Math.min(...starts), toMs: Math.max(...starts, ...ends) };
}

function allOf(nodes: SessionNode[]): SessionNode[] {
  return nodes.flatMap((node) => [node, ...allOf(node.children)]);
}
