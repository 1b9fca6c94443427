/** What a deletion may have been ordered of, each as SQL. One that is null is not looked for. */
interface Things {
  projectId: string;
  sessionId: string;
  traceId: string;
}

/** Whether the deletion of any of these was ordered after something was received, as SQL: such a thing is not stored. Three look-ups. */
export function isDeletedSince(receivedUs: string, { projectId, sessionId, traceId }: Things): string {
  const isOrdered = (kind: string, id: string) => `EXISTS (SELECT 1 FROM deletions AS d
    WHERE d.project_id = ${projectId} AND d.kind = '${kind}' AND d.id = ${id} AND d.deleted_us > ${receivedUs})`;
  return `(${isOrdered("project", projectId)} OR ${isOrdered("session", sessionId)} OR ${isOrdered("trace", traceId)})`;
}

/**
 * Whether a deletion that goes on will take the row of a trace, called `row`, as SQL; or would have, had the row named its session:
 * then a tombstone of the trace tells.
 */
export function isTraceDoomed(row: string): string {
  const isOrdered = (kind: string, id: string) => `EXISTS (SELECT 1 FROM deletions AS d
    WHERE d.project_id = ${row}.project_id AND d.kind = '${kind}' AND d.id = ${id} AND d.is_done = 0 AND d.deleted_us >= ${row}.updated_us)`;
  const isNamed = `(${row}.session_id IS NULL AND EXISTS (SELECT 1 FROM deletions AS d
    WHERE d.project_id = ${row}.project_id AND d.kind = 'trace' AND d.id = ${row}.id AND d.deleted_us > ${row}.updated_us))`;
  return `(${isOrdered("project", `${row}.project_id`)} OR ${isOrdered("session", `${row}.session_id`)} OR ${isNamed})`;
}
