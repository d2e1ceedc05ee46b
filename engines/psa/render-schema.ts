/** The text of the generated files; pure, so that a test can feed it a small schema. */
import type { Field, FieldType } from '../../src/schema/types.js';

interface SchemaType {
  readonly openapi: string;
  readonly fields: Readonly<Record<string, Field>>;
}

interface Schema {
  readonly kubernetesVersion: string;
  readonly types: Readonly<Record<string, SchemaType>>;
  readonly workloadTypes: Readonly<Record<string, SchemaType>>;
  readonly computedDefaults: Readonly<Record<string, string>>;
}

interface OpenAPI {
  readonly components: {
    readonly schemas: Readonly<
      Record<
        string,
        {
          readonly description?: string;
          readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
        }
      >
    >;
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The shapes below are written by our own Go program and by Kubernetes' build, so the top level is all that is checked.
function isSchema(value: unknown): value is Schema {
  return (
    isRecord(value) &&
    typeof value.kubernetesVersion === 'string' &&
    isRecord(value.types) &&
    isRecord(value.workloadTypes) &&
    isRecord(value.computedDefaults)
  );
}

function isOpenAPI(value: unknown): value is OpenAPI {
  return isRecord(value) && isRecord(value.components) && isRecord(value.components.schemas);
}

const header = (version: string): string =>
  `// Generated from Kubernetes ${version} by npm run derive. Do not edit.\n`;

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'int':
      return 'number';
    case 'string':
      return type.enum ? type.enum.map((value) => JSON.stringify(value)).join(' | ') : 'string';
    case 'bytes':
    case 'time':
      return 'string';
    case 'quantity':
      return 'Quantity';
    case 'intOrString':
      return 'IntOrString';
    case 'raw':
      return 'unknown';
    case 'struct':
      return type.type ?? 'unknown';
    case 'list': {
      const of = typeText(type.of ?? { kind: 'raw' });
      return of.includes(' ') ? `readonly (${of})[]` : `readonly ${of}[]`;
    }
    case 'map':
      return `Readonly<Record<string, ${typeText(type.of ?? { kind: 'raw' })}>>`;
  }
}

/** A doc comment of at most two lines of prose: the sentences until "More info", nothing that could end the comment. */
function doc(description: string | undefined, indent: string): string {
  if (!description) return '';
  const text = description.replace(/\s+/g, ' ').replaceAll('*/', '* /').trim();
  const long = text.length > 400 ? `${text.slice(0, text.lastIndexOf(' ', 400))} …` : text;
  const deprecated = /^Deprecated: |\. Deprecated: /.test(text) ? `@deprecated ` : '';
  return `${indent}/** ${deprecated}${long} */\n`;
}

export function renderTypes(schema: unknown, openapi: unknown): string {
  if (!isSchema(schema) || !isOpenAPI(openapi))
    throw new TypeError('not a schema, or not an OpenAPI document');
  const parts = [
    header(schema.kubernetesVersion),
    '/** An amount such as `500m`, `1Gi` or 2. */\nexport type Quantity = string | number;\n',
    '/** A port number or name. */\nexport type IntOrString = number | string;\n',
  ];
  for (const [name, type] of Object.entries(schema.types).sort(byKey)) {
    const described = openapi.components.schemas[type.openapi];
    const lines = Object.entries(type.fields)
      .sort(byKey)
      .map(([field, fact]) => {
        const description = described?.properties?.[field]?.description;
        // A field that the document lacks is one that the server does not publish: alpha, or not for users.
        return `${doc(description, '  ')}  readonly ${key(field)}?: ${typeText(fact)};\n`;
      });
    parts.push(`${doc(described?.description, '')}export interface ${name} {\n${lines.join('')}}\n`);
  }
  return parts.join('\n');
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([name, element]) => `${key(name)}: ${literal(element)}`);
    return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
  }
  return JSON.stringify(value);
}

function renderTable(types: Schema['types']): string {
  const rows = Object.entries(types)
    .sort(byKey)
    .map(([name, type]) => {
      const fields = Object.entries(type.fields)
        .sort(byKey)
        .map(([field, fact]) => `    ${key(field)}: ${literal(fact)},\n`);
      return `  ${name}: { fields: {\n${fields.join('')}  } },\n`;
    });
  return `{\n${rows.join('')}}`;
}

export function renderFacts(schema: unknown): string {
  if (!isSchema(schema)) throw new TypeError('not a schema');
  const rules = [...new Set(Object.values(schema.computedDefaults))].sort();
  return [
    header(schema.kubernetesVersion),
    "import type { TypeTable } from '../types.js';\n",
    `export const kubernetesVersion = ${JSON.stringify(schema.kubernetesVersion)};\n`,
    `/** The names of the defaults that depend on other fields; src/admission/prepare.ts has a function for each. */\nexport const computedDefaultRules = [${rules.map((rule) => JSON.stringify(rule)).join(', ')}] as const;\n`,
    `/** Every type that a Pod holds. */\nexport const types: TypeTable = ${renderTable(schema.types)};\n`,
    `/** The workload kinds around a pod template: for unknown fields, not for policies; without defaults. */\nexport const workloadTypes: TypeTable = ${renderTable(schema.workloadTypes)};\n`,
  ].join('\n');
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
