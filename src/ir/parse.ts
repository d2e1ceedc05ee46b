/** Reads a policy from its JSON form. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { nearest } from '../schema/index.js';
import { checkPolicy } from './check.js';
import { irSchema } from './schema.js';
import type { Policy } from './types.js';

/** Far above any policy, and low enough for every function here to recurse. */
export const deepest = 200;

/**
 * The policy that a JSON value is: shaped as `irSchema` says, and meaningful as `checkPolicy` says. Otherwise
 * diagnostics that say where it is not.
 */
export function parsePolicy(json: unknown): Outcome<Policy> {
  if (nestsDeeper(json, deepest)) {
    return {
      diagnostics: [invalid(`the policy nests deeper than ${deepest} levels`, 'write it with less nesting')],
    };
  }
  validate ??= new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    discriminator: true,
    allErrors: true,
    verbose: true,
    ownProperties: true,
    // The schema is our own: a test holds it to its meta-schema. Code that runs once is not worth the time to make it shorter.
    validateSchema: false,
    code: { optimize: false },
  }).compile<Policy>(irSchema);
  if (!validate(json)) return { diagnostics: (validate.errors ?? []).filter(isOwn).map(shapeProblem) };
  const diagnostics = checkPolicy(json);
  return diagnostics.length > 0 ? { diagnostics } : { value: json, diagnostics };
}

/** Compiled on first use: it takes longer than most commands. */
let validate: ValidateFunction<Policy> | undefined;

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1));
}

function invalid(message: string, hint: string): Diagnostic {
  return { code: 'policy-invalid', severity: 'error', message, hint };
}

/** A missing kind is reported as such; that no variant can be chosen then is no news. */
function isOwn({ keyword, params }: ErrorObject): boolean {
  return keyword !== 'discriminator' || Reflect.get(params, 'tagValue') !== undefined;
}

function shapeProblem(error: ErrorObject): Diagnostic {
  const where = error.instancePath === '' ? 'the policy' : `\`${error.instancePath}\``;
  const parameter = (name: string): unknown => Reflect.get(error.params, name);
  switch (error.keyword) {
    case 'required':
      return invalid(
        `${where} lacks the field \`${parameter('missingProperty')}\``,
        'add it; the rule IR has no optional fields',
      );
    case 'additionalProperties': {
      const name = String(parameter('additionalProperty'));
      return invalid(
        `${where} has the unknown field \`${name}\``,
        meant(name, fieldNames(error)) ?? 'remove it',
      );
    }
    case 'discriminator': {
      const kind = parameter('tagValue');
      const known = variantNames(error);
      return typeof kind === 'string'
        ? invalid(`${where} has the unknown kind \`${kind}\``, meant(kind, known) ?? oneOfThese(known))
        : invalid(`${where} has no kind`, oneOfThese(known));
    }
    case 'enum': {
      const allowed = asList(parameter('allowedValues'));
      return invalid(
        `${where} is ${shown(error.data)}`,
        meant(String(error.data), allowed) ?? oneOfThese(allowed),
      );
    }
    case 'const':
      return invalid(
        `${where} is ${shown(error.data)}, not ${JSON.stringify(parameter('allowedValue'))}`,
        `write ${JSON.stringify(parameter('allowedValue'))}`,
      );
    case 'type': {
      const wanted = asList(parameter('type')).map(ours).join(' or ');
      return invalid(`${where} is ${shown(error.data)}, which is no ${wanted}`, `give a ${wanted}`);
    }
    default:
      return invalid(
        `${where} ${error.message ?? `breaks the rule ${error.keyword}`}`,
        'mend it as docs/ir.schema.json says',
      );
  }
}

function asList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** JSON Schema's name of a type in the words of our messages. */
function ours(type: string): string {
  return type === 'array' ? 'list' : type;
}

function meant(name: string, candidates: readonly string[]): string | undefined {
  const near = nearest(name, candidates);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}

function oneOfThese(names: readonly string[]): string {
  return `write one of ${names.map((name) => `\`${name}\``).join(', ')}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return `\`${JSON.stringify(value)}\``;
}

/** The fields that the schema around an unknown one has. */
function fieldNames({ parentSchema }: ErrorObject): string[] {
  return Object.keys(parentSchema?.properties ?? {});
}

/** The kinds of the union that has not the one given. */
function variantNames({ parentSchema }: ErrorObject): string[] {
  const variants: unknown = parentSchema?.oneOf;
  return Array.isArray(variants)
    ? variants.map(({ title }: { readonly title?: unknown }) => String(title))
    : [];
}
