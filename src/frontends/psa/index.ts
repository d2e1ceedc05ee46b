/**
 * Reads what PodSecurity admission is told: the labels of a namespace, and the plugin's configuration. Each mode is a policy, but for
 * `audit` and `warn` at the level that is enforced, which then have nothing to add.
 *
 * Source: LabelsToPolicy and ParseVersion of k8s.io/pod-security-admission v0.37.2, api/helpers.go; admission/api/v1/types.go.
 */
import { listAt, objectAt } from '../../admission/json.js';
import type { Diagnostic, Outcome } from '../../diagnostics.js';
import { noExemptions } from '../../dsl/scope.js';
import type { Exemptions, Level, Policy, Scope } from '../../ir/types.js';
import { levelPolicy, levels } from '../../levels/levels.js';
import { formatVersion, type Minor, newestMinor, parseVersion } from '../../levels/versions.js';
import { isObject } from '../../manifest/json.js';
import { quoted } from '../../manifest/problem.js';
import type { Document, DocumentPath, Json, JsonObject } from '../../manifest/types.js';
import { nearest } from '../../schema/index.js';

const modes = ['enforce', 'audit', 'warn'] as const;
type PsaMode = (typeof modes)[number];

const labelPrefix = 'pod-security.kubernetes.io/';
const configurationGroup = 'pod-security.admission.config.k8s.io/';

/** Whether a document tells PodSecurity admission something: a namespace with such a label, or a configuration. */
export function isPsa({ value }: Document): boolean {
  const labelled = Object.keys(labelsOf(value)).some((key) => key.startsWith(labelPrefix));
  return configurationOf(value) !== undefined || (value.kind === 'Namespace' && labelled);
}

/** The policies, a mode each; or what is wrong with what is said of a level. */
export function readPsa(document: Document): Outcome<readonly Policy[]> {
  const { value } = document;
  const configuration = configurationOf(value);
  const given =
    configuration === undefined
      ? levelsIn(document, labelsOf(value), ['metadata', 'labels'], (mode) => `${labelPrefix}${mode}`)
      : levelsIn(
          document,
          objectAt(configuration.value, 'defaults') ?? {},
          [...configuration.path, 'defaults'],
          String,
        );
  if (given.value === undefined) return { diagnostics: given.diagnostics };
  const metadata = objectAt(value, 'metadata') ?? {};
  const named = typeof metadata.name === 'string' && metadata.name !== '' ? metadata.name : undefined;
  const scope: Scope = {
    excludedNamespaces: [],
    namespaceSelector:
      configuration === undefined && named !== undefined
        ? [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [named] }]
        : [],
  };
  const exemptions =
    configuration === undefined
      ? noExemptions
      : exemptionsIn(objectAt(configuration.value, 'exemptions') ?? {});
  const name = named ?? (configuration === undefined ? 'namespaces' : 'defaults');
  return { value: policiesOf(name, given.value, { scope, exemptions }), diagnostics: [] };
}

interface AtLevel {
  readonly level: Level;
  readonly minor: Minor;
}

type Given = ReadonlyMap<PsaMode, AtLevel>;

function policiesOf(name: string, given: Given, holds: Pick<Policy, 'scope' | 'exemptions'>): Policy[] {
  const enforced = given.get('enforce');
  const others = [...given].filter(
    ([mode, { level, minor }]) =>
      mode !== 'enforce' && (level !== enforced?.level || minor !== enforced.minor) && level !== 'privileged',
  );
  const chosen =
    enforced === undefined || (enforced.level === 'privileged' && others.length > 0)
      ? others
      : [['enforce', enforced] as const, ...others];
  return chosen.map(([mode, { level, minor }], index) => ({
    ...levelPolicy(level, minor),
    ...holds,
    name: index === 0 ? name : `${name}-${mode}`,
    mode,
  }));
}

function levelsIn(
  document: Document,
  said: JsonObject,
  path: DocumentPath,
  keyOf: (mode: PsaMode) => string,
): Outcome<Given> {
  const diagnostics: Diagnostic[] = [];
  const given = new Map<PsaMode, AtLevel>();
  for (const mode of modes) {
    const [key, versionKey] = [keyOf(mode), `${keyOf(mode)}-version`];
    const level = levels.find((each) => each === said[key]);
    const minor = parsed(said[versionKey]);
    const place = (of: string) => document.placeOf([...path, of]);
    if (said[key] !== undefined && level === undefined) {
      const near = nearest(String(said[key]), levels);
      const hint = near === undefined ? `the levels are ${levels.join(', ')}` : `did you mean \`${near}\`?`;
      diagnostics.push(invalid(place(key), `${quoted(String(said[key]))} is no level`, hint));
    } else if (minor === undefined) {
      const hint = `write \`latest\`, or v1.0 to ${formatVersion(newestMinor)}, the newest that this podsec knows`;
      diagnostics.push(
        invalid(place(versionKey), `${quoted(String(said[versionKey]))} is no policy version`, hint),
      );
    } else if (level !== undefined) given.set(mode, { level, minor });
  }
  if (diagnostics.length > 0) return { diagnostics };
  // What is not said is privileged.
  return { value: given.size > 0 ? given : new Map([['enforce', privileged]]), diagnostics: [] };
}

const privileged: AtLevel = { level: 'privileged', minor: newestMinor };

/** As the reference reads it, so `1.25` is none. */
function parsed(version: Json | undefined): Minor | undefined {
  if (version === undefined) return newestMinor;
  return version === 'latest' || /^v/.test(String(version)) ? parseVersion(String(version)) : undefined;
}

function invalid(place: Diagnostic['place'], message: string, hint: string): Diagnostic {
  return { code: 'psa-invalid', severity: 'error', ...(place !== undefined && { place }), message, hint };
}

interface Configuration {
  readonly value: JsonObject;
  readonly path: DocumentPath;
}

/** The configuration of the plugin, alone or among those of others. */
function configurationOf(value: JsonObject): Configuration | undefined {
  if (value.kind === 'PodSecurityConfiguration' && String(value.apiVersion).startsWith(configurationGroup))
    return { value, path: [] };
  if (value.kind !== 'AdmissionConfiguration' || !Array.isArray(value.plugins)) return undefined;
  const at = value.plugins.findIndex((each: Json) => isObject(each) && each.name === 'PodSecurity');
  const plugin: Json | undefined = value.plugins[at];
  if (plugin === undefined || !isObject(plugin)) return undefined;
  return { value: objectAt(plugin, 'configuration') ?? {}, path: ['plugins', at, 'configuration'] };
}

function exemptionsIn(said: JsonObject): Exemptions {
  const names = (field: string): string[] => listAt(said, field).filter((each) => typeof each === 'string');
  return {
    namespaces: names('namespaces'),
    users: names('usernames'),
    runtimeClasses: names('runtimeClasses'),
    serviceAccounts: [],
  };
}

const labelsOf = (value: JsonObject): JsonObject => objectAt(objectAt(value, 'metadata'), 'labels') ?? {};
