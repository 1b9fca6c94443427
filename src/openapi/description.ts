/** An OpenAPI document, as far as `/docs` reads it. */
export interface Description {
  tags: { name: string; description: string }[];
  paths: Record<string, DescribedPath>;
  components: { responses: Record<string, DescribedAnswer>; schemas: Record<string, Schema>; securitySchemes: unknown };
  [more: string]: unknown;
}

/** Its methods, and where it is besides where all paths are. */
export interface DescribedPath {
  servers?: { url: string; description?: string }[];
  [method: string]: unknown;
}

export interface DescribedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security: unknown[];
  parameters: { name: string; in: string; description?: string | undefined; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<string, DescribedAnswer | { $ref: string }>;
}

export interface DescribedAnswer {
  description: string;
  headers?: Record<string, { description: string; schema: Schema }>;
  content?: Record<string, { schema?: Schema }>;
}

/** A JSON Schema, as far as it is shown. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: (string | null)[];
  const?: string;
  default?: string | number | boolean;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}
