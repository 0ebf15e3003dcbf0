/** JSON Schema, draft 7, as far as messages are described by it; and how elastic.io's forms want it. */

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

/** As elastic.io's forms read it: a property says of itself whether it is required. */
export interface FormSchema extends Omit<Schema, 'properties' | 'required' | 'items'> {
  properties?: Record<string, FormSchema>;
  items?: FormSchema;
  required?: boolean;
}

/** Any object, of which nothing more is known. */
export const anyObject: Schema = { type: 'object' };

export function objectOf(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

/** A schema that stands in a file, as a part of another one. */
export function embedded(file: Schema): Schema {
  const part = { ...file };
  delete part.$schema;
  return part;
}

export function forForms({ properties, required = [], items, ...rest }: Schema): FormSchema {
  const members = Object.entries(properties ?? {}).map(([name, property]): [string, FormSchema] => {
    const form = forForms(property);
    return [name, required.includes(name) ? { ...form, required: true } : form];
  });
  return {
    ...rest,
    ...(properties && { properties: Object.fromEntries(members) }),
    ...(items && { items: forForms(items) }),
  };
}
