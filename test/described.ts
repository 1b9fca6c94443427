import { type OutputUnit, Validator } from "@cfworker/json-schema";

type Described = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- a description is looked into freely

/** Throws where an answer to a request is not as the API's description has it; else gives it back, to be read. What is no route is passed. */
export type HoldAnswer = (method: string, path: string, response: Response) => Promise<Response>;

/** An operation of the description, and how its path looks in a request. */
interface Route {
  method: string;
  path: string;
  form: RegExp;
  operation: Described;
}

/**
 * What holds answers to a description: the status is described, and so is the body, its media type and each of its fields. In the
 * description an object may have further fields, so that clients live with those to come; here it may not.
 */
export function holdTo(description: Described): HoldAnswer {
  const routes = routesOf(description);
  const schemas = closeObjects(description["components"].schemas) as Described;
  const validators = new Map<string, Validator>();
  const validatorOf = (schema: Described): Validator => {
    const name = JSON.stringify(schema);
    const validator = validators.get(name) ?? new Validator({ ...schema, components: { schemas } }, "2020-12", false);
    validators.set(name, validator);
    return validator;
  };
  return async (method, path, response) => {
    const [pathname = ""] = path.replace(/^\w+:\/\/[^/]+/, "").split("?");
    const asked = pathname.replace(/\/{2,}/g, "/");
    const route = routes.find((one) => one.method === method && one.form.test(asked));
    if (route === undefined) return response;
    const fail = (what: string) => new Error(`${method} ${route.path} answered ${response.status}, and ${what}`);
    const answer = answerOf(route.operation, response.status, description);
    if (answer === undefined) throw fail("that status is not described.");
    const { content = {} } = answer;
    const [type = ""] = (response.headers.get("Content-Type") ?? "").split(";");
    const media = content[type] ?? content["*/*"];
    if (media === undefined && !(Object.keys(content).length === 0 && response.body === null))
      throw fail(`${type === "" ? "a body of no type" : type} is not described.`);
    if (media?.schema === undefined) return response;
    const text = await response.text();
    const { valid, errors } = validatorOf(media.schema).validate(JSON.parse(text));
    if (!valid) throw fail(`the body is not as it is described:\n${errors.map(errorText).join("\n")}\n${text.slice(0, 2000)}`);
    return new Response(text, response);
  };
}

/** Those with fewer parameters first: where two fit, the path that is named. */
function routesOf({ paths, servers: everywhere }: Described): Route[] {
  const [{ url: origin }] = everywhere;
  const routes = Object.entries(paths as Described).flatMap(([path, { servers = everywhere, ...methods }]) =>
    Object.entries(methods as Described).map(([method, operation]) => {
      const bases = servers.map(({ url }: Described) => url.slice(origin.length)).join("|");
      const form = new RegExp(`^(?:${bases})${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
      return { method: method.toUpperCase(), path, form, operation };
    }),
  );
  const parameters = ({ path }: Route) => path.split("{").length;
  return routes.toSorted((a, b) => parameters(a) - parameters(b));
}

function answerOf({ responses }: Described, status: number, description: Described): Described | undefined {
  const answer = responses[status];
  return answer?.$ref === undefined ? answer : description["components"].responses[answer.$ref.split("/").at(-1)];
}

/** The same schemas, whose objects have the fields that they list and no others, unless they say so. */
function closeObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeObjects);
  if (typeof value !== "object" || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closeObjects(inner)]));
  const isObject = typeof closed["properties"] === "object" && "type" in closed && !("additionalProperties" in closed);
  return isObject ? { ...closed, additionalProperties: false } : closed;
}

function errorText({ instanceLocation, error }: OutputUnit): string {
  return `${instanceLocation}: ${error}`;
}
