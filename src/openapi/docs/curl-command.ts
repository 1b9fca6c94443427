import type { ListedOperation } from "./list-operations";

/** Values for the parameters of paths and query strings that are best known by an example. */
const samples: Record<string, string> = { project: "demo", project_id: "demo", session: "session-1", dataset: "DATASET_ID", run: "RUN_ID" };

/** The operation as a command, to be pasted: with the address, and a key from the environment. */
export function curlCommand({ method, path, servers, operation }: ListedOperation, origin: string): string {
  const [base = origin] = servers;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => samples[name] ?? name.toUpperCase());
  const isOfProject = operation.parameters.some(({ name, in: place }) => place === "query" && name === "project_id");
  const { "application/json": json } = operation.requestBody?.content ?? {};
  const parts = [
    `curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} ${quote(base + filled + (isOfProject ? "?project_id=demo" : ""))}`,
    ...(operation.security.length > 0 ? ['-H "Authorization: Bearer $AIRCHECK_KEY"'] : []),
    ...(json === undefined ? [] : ['-H "Content-Type: application/json"', `-d ${quote(JSON.stringify(json.example ?? {}))}`]),
  ];
  return parts.join(" \\\n  ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
