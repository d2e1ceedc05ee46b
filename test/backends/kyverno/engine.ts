/** The rules of emitted Kyverno policies, run by cel-js: objects as JSON, as a webhook and a manifest have them. */
import { parseAllDocuments } from 'yaml';
import type { BundleFile } from '../../../src/backends/types.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { compileCel } from '../cel/engine.js';
import { plain } from '../cel/unstructured.js';

type Run = ReturnType<typeof compileCel>;

interface Rule {
  readonly name: string;
  readonly resources: readonly string[];
  readonly conditions: readonly Run[];
  readonly variables: readonly { readonly name: string; readonly run: Run }[];
  readonly holds: Run;
  readonly message: Run;
}

export interface KyvernoRequest {
  readonly operation?: 'CREATE' | 'UPDATE';
  readonly oldObject?: Json;
}

export interface Judged {
  /** False where the conditions leave the object alone. */
  readonly judged: boolean;
  /** As the message names them. */
  readonly controls: readonly string[];
}

const at = (object: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (of, key) => (typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined),
    object,
  );
const listAt = (object: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(object, ...path);
  return Array.isArray(found) ? found : [];
};

/** `apps/v1/Deployment` as `deployments`. */
const resourceOf = (kind: string): string => `${kind.split('/').at(-1)?.toLowerCase()}s`;

function load(object: unknown): Rule {
  const cluster = at(object, 'kind') === 'ClusterPolicy';
  const rule = at(object, 'spec', 'rules', 0);
  const spec = cluster ? at(rule, 'validate', 'cel') : at(object, 'spec');
  const [validation, ...more] = listAt(spec, cluster ? 'expressions' : 'validations');
  if (more.length > 0) throw new Error('more than one validation');
  const kinds = listAt(rule, 'match', 'any', 0, 'resources', 'kinds').map(String);
  // Kyverno judges ephemeral containers with pods.
  const matched = kinds.flatMap((kind) =>
    kind === 'v1/Pod' ? ['pods', 'pods/ephemeralcontainers'] : [resourceOf(kind)],
  );
  const conditions = cluster ? listAt(rule, 'celPreconditions') : listAt(spec, 'matchConditions');
  return {
    name: String(at(object, 'metadata', 'name')),
    resources: cluster
      ? matched
      : listAt(spec, 'matchConstraints', 'resourceRules').flatMap((each) =>
          listAt(each, 'resources').map(String),
        ),
    conditions: conditions.map((each) => compileCel(String(at(each, 'expression')))),
    variables: listAt(spec, 'variables').map((each) => ({
      name: String(at(each, 'name')),
      run: compileCel(String(at(each, 'expression'))),
    })),
    holds: compileCel(String(at(validation, 'expression'))),
    message: compileCel(String(at(validation, 'messageExpression'))),
  };
}

export class KyvernoRules {
  readonly #rules: readonly Rule[];

  constructor(files: readonly BundleFile[]) {
    this.#rules = files
      .filter(({ path }) => /^[^/]+\.yaml$/.test(path))
      .flatMap(({ text }) => parseAllDocuments(text, { version: '1.1' }).map((each): unknown => each.toJS()))
      .map(load);
    if (this.#rules.length === 0) throw new Error('the bundle has no policy');
  }

  /** The policies that judge a resource. */
  names(resource: string): string[] {
    return this.#rules.filter(({ resources }) => resources.includes(resource)).map(({ name }) => name);
  }

  /** By the one policy that is for the resource. Every variable is evaluated, so that an error anywhere is found. */
  judge(object: JsonObject, request: KyvernoRequest = {}, resource = 'pods'): Judged {
    const rule = this.#rules.find(({ resources }) => resources.includes(resource));
    if (rule === undefined) throw new Error(`no policy is for ${resource}`);
    const { operation = 'CREATE', oldObject = null } = request;
    const context = {
      object: plain(object),
      oldObject: plain(oldObject),
      request: { operation },
      namespaceObject: null,
    };
    if (rule.conditions.some((run) => run(context) !== true)) return { judged: false, controls: [] };
    const variables: Record<string, unknown> = {};
    for (const { name, run } of rule.variables) variables[name] = run({ ...context, variables });
    const message = String(rule.message({ ...context, variables }));
    if (rule.holds({ ...context, variables }) === true) return { judged: true, controls: [] };
    const [, ids = ''] = /^podsec [^:]+: ([^:]+): /.exec(message) ?? [];
    return { judged: true, controls: ids.split(', ') };
  }
}
