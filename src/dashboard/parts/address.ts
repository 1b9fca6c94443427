/** The address of a page of the dashboard, about a project where there is one. Empty values are left out. */
export function pageAddress(path: string, projectId: string | null, more: Record<string, string | null | undefined> = {}): string {
  const query = new URLSearchParams();
  if (projectId !== null) query.set("project_id", projectId);
  for (const [name, value] of Object.entries(more)) if (value !== null && value !== undefined && value !== "") query.set(name, value);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}
