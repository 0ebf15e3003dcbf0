/** The part of JSON Schema draft 7 that describes messages, and its variant for the forms of elastic.io. */

export interface Schema {
  $schema?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  enum?: string[];
  default?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
}

/** The variant for elastic.io's forms: each property has its own `required` flag. */
export interface ElasticioSchema extends Omit<Schema, 'properties' | 'required' | 'items'> {
  properties?: Record<string, ElasticioSchema>;
  items?: ElasticioSchema;
  required?: boolean;
}

/** Any object with unknown properties. */
export const anyObject: Schema = { type: 'object' };

export function objectOf(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

/** A schema from a file, as part of another schema. */
export function embedded(file: Schema): Schema {
  const part = { ...file };
  delete part.$schema;
  return part;
}

export function toElasticioSchema({ properties, required = [], items, ...rest }: Schema): ElasticioSchema {
  const converted = Object.entries(properties ?? {}).map(([name, property]): [string, ElasticioSchema] => {
    const form = toElasticioSchema(property);
    return [name, required.includes(name) ? { ...form, required: true } : form];
  });
  return {
    ...rest,
    ...(properties && { properties: Object.fromEntries(converted) }),
    ...(items && { items: toElasticioSchema(items) }),
  };
}
