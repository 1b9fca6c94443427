import type { DescribedAnswer, DescribedOperation, Description, Schema } from "../description";
import { curlCommand } from "./curl-command";
import { Fields, typeText } from "./fields";
import type { ListedOperation } from "./list-operations";

interface Props {
  operation: ListedOperation;
  origin: string;
  description: Description;
}

/** One operation: what it takes, what it answers, and how it is called. */
export function DocumentedOperation({ operation: listed, origin, description }: Props) {
  const { id, method, path, servers, operation } = listed;
  const { schemas } = description.components;
  const body = Object.entries(operation.requestBody?.content ?? {});
  return (
    <article class="card" id={id} aria-labelledby={`${id}-name`}>
      <h3 id={`${id}-name`}>
        <a href={`#${id}`}>
          <b class={`method ${method}`}>{method.toUpperCase()}</b> <code>{path}</code>
        </a>
      </h3>
      <p>{withCode(operation.summary)}</p>
      <p class="hint">
        {operation.description} <code>{id}</code>
        {servers.length > 0 ? ` · at ${servers.map((server) => server.slice(origin.length) || "/").join(" and ")}` : ""}
      </p>
      <Parameters of={operation} />
      {body.length === 0 ? null : (
        <details>
          <summary>Body: {body.map(([type]) => type).join(" or ")}</summary>
          <Fields schema={body[0]?.[1].schema ?? {}} schemas={schemas} />
        </details>
      )}
      <Answers of={operation} description={description} />
      <div class="heading">
        <h4>As a command</h4>
        <button type="button" class="quiet with-script-only" data-copy={`${id}-command`} aria-label={`Copy the command of ${id}`}>
          Copy
        </button>
      </div>
      <pre tabindex={0} role="region" aria-label={`The command of ${id}`}>
        <code id={`${id}-command`}>{curlCommand(listed, origin)}</code>
      </pre>
    </article>
  );
}

function Parameters({ of: { operationId, parameters } }: { of: DescribedOperation }) {
  if (parameters.length === 0) return null;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={`Parameters of ${operationId}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map(({ name, in: place, required = false, description = "", schema }) => (
            <tr>
              <th scope="row">
                <code>{name}</code>
                <small>{required ? place : `${place}, optional`}</small>
              </th>
              <td>
                {withCode(description)}
                <small>{parameterText(schema)}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a query string's schema says of a parameter: one that stands for many is a text each. */
function parameterText(schema: Schema): string {
  const { minimum, maximum, default: preset } = schema;
  if (schema.patternProperties !== undefined) return "any of these, each a string";
  const bounds = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? "" : `, ${minimum ?? 0}–${maximum}`;
  return `${typeText(schema)}${bounds}${preset === undefined || preset === "" ? "" : `; ${String(preset)} unless given`}`;
}

function Answers({ of: operation, description }: { of: DescribedOperation; description: Description }) {
  const { schemas, responses } = description.components;
  return (
    <ul class="answers">
      {Object.entries(operation.responses).map(([status, answer]) => {
        // The same everywhere, and told once.
        if (status === "4XX") return null;
        const { description: means, content = {} } = "$ref" in answer ? (responses[answer.$ref.split("/").at(-1) ?? ""] ?? none) : answer;
        const schema = content["application/json"]?.schema;
        const others = Object.keys(content).filter((type) => type !== "application/json");
        return (
          <li>
            <b class={status < "4" ? "good" : undefined}>{status}</b> {withCode(means)}
            {others.length > 0 ? <small> {others.join(", ")}</small> : null}
            {schema === undefined || "$ref" in answer ? null : (
              <details>
                <summary>Fields of {status}</summary>
                <Fields schema={schema} schemas={schemas} />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const none: DescribedAnswer = { description: "" };

/** What stands between backticks is code. */
function withCode(text: string) {
  return text.split("`").map((part, place) => (place % 2 === 1 ? <code>{part}</code> : part));
}
