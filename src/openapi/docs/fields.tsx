import type { Schema } from "../description";

interface Props {
  schema: Schema;
  schemas: Record<string, Schema>;
  /** The names of the schemas around it: one of them again would go on for ever. */
  around?: string[];
}

/** What a value holds, as nested lists. A value that holds nothing of its own is told by its type. */
export function Fields({ schema: given, schemas, around = [] }: Props) {
  const { schema, path, isAgain } = resolve(given, schemas, around);
  if (isAgain) return null;
  const choices = choicesOf(schema);
  const properties = Object.entries(schema.properties ?? {});
  if (choices.length > 0) {
    // A list of what is a form by itself is told by that one's name.
    const named = choices.flatMap(({ $ref }) => ($ref === undefined ? [] : [nameOf($ref)]));
    return (
      <ul class="shape">
        {choices.map((choice) => (
          <Field name={null} schema={choice} isRequired schemas={schemas} around={choice.$ref === undefined ? [...path, ...named] : path} />
        ))}
      </ul>
    );
  }
  if (properties.length > 0) {
    return (
      <ul class="shape">
        {properties.map(([name, inner]) => (
          <Field name={name} schema={inner} isRequired={schema.required?.includes(name) ?? false} schemas={schemas} around={path} />
        ))}
      </ul>
    );
  }
  const inside = schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
  return inside === undefined ? null : <Fields schema={inside} schemas={schemas} around={path} />;
}

interface FieldProps extends Props {
  /** Null of one of several forms. */
  name: string | null;
  isRequired: boolean;
  around: string[];
}

function Field({ name, schema: given, isRequired, schemas, around }: FieldProps) {
  const { schema } = resolve(given, schemas, around);
  const description = given.description ?? schema.description;
  return (
    <li>
      {name === null ? null : <code>{name}</code>} <span class="type">{typeText(given)}</span>
      {isRequired ? null : <span class="type"> · optional</span>}
      {description === undefined ? null : <small>{description}</small>}
      <Fields schema={given} schemas={schemas} around={around} />
    </li>
  );
}

/** A type in few words: `string or null`, `list of Recording`, `one of r2, s3, webhook`. */
export function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => value ?? "null").join(" | ");
  if (choicesOf(schema).length > 0) return "one of";
  const types = [schema.type ?? "any"].flat().map((type) => {
    if (type === "array") return `list of ${schema.items === undefined ? "any" : typeText(schema.items)}`;
    return type === "string" && schema.format === "date-time" ? "time" : type;
  });
  return types.join(" or ");
}

/** Its forms, where it has several; those that only say which fields are demanded are none. */
function choicesOf(schema: Schema): Schema[] {
  if (schema.properties !== undefined) return [];
  return schema.oneOf ?? schema.anyOf ?? [];
}

function resolve(schema: Schema, schemas: Record<string, Schema>, around: string[]): { schema: Schema; path: string[]; isAgain: boolean } {
  if (schema.$ref === undefined) return { schema, path: around, isAgain: false };
  const name = nameOf(schema.$ref);
  return { schema: schemas[name] ?? {}, path: [...around, name], isAgain: around.includes(name) };
}

function nameOf(ref: string): string {
  return ref.split("/").at(-1) ?? "";
}
