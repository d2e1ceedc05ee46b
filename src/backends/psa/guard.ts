/**
 * A guard of the labels: who may write a namespace may write its labels too, and with them leave the level. It is a
 * ValidatingAdmissionPolicy that asks the authorizer who may.
 */
import type { Level, Policy } from '../../ir/types.js';
import { levels } from '../../levels/levels.js';
import { formatVersion, type Minor } from '../../levels/versions.js';
import type { JsonObject } from '../../manifest/types.js';
import { failurePolicy, metadataOf } from '../admission-policy.js';
import {
  and,
  binary,
  call,
  type Expr,
  emptyMap,
  index,
  list,
  literal,
  method,
  name,
  not,
  or,
  printCel,
  select,
  ternary,
  variable,
} from '../cel/index.js';
import { messageTitle } from '../describe.js';
import { objectNameOf } from '../objects.js';
import { apiVersionOf } from '../vap/objects.js';
import { type Exempt, levelLabel, type PsaMode, versionLabel } from './labels.js';
import type { LevelVersion } from './level.js';

/** ValidatingAdmissionPolicy is beta from here on. */
const firstMinor = 28;

/** What a role must allow on a namespace for its labels to be changed; `*`, as cluster-admin has it, does. */
export const guardVerb = 'relabel-pod-security';

/** Whether there is something to guard, and something to guard it with. */
export function canGuard({ level }: LevelVersion, engine: Minor): boolean {
  return level !== 'privileged' && engine >= firstMinor;
}

/** What a namespace without the labels has: no level at all, or that of the server's configuration. */
export type Unlabelled = 'unprotected' | 'default';

const actions: Readonly<Record<PsaMode, readonly string[]>> = {
  enforce: ['Deny', 'Audit'],
  audit: ['Audit'],
  warn: ['Warn'],
};

export interface Guard {
  readonly policy: Policy;
  readonly is: LevelVersion;
  readonly judged: readonly PsaMode[];
  readonly exempt: Exempt;
  readonly engine: Minor;
  readonly unlabelled: Unlabelled;
}

export const guardName = (policy: Policy): string => `podsec-${objectNameOf(policy.name)}-guard`;

/** As the policy: where it only audits, so does its guard. */
export function guardActions(judged: readonly PsaMode[]): readonly string[] {
  return judged.includes('enforce') ? actions.enforce : judged.flatMap((mode) => actions[mode]);
}

export function guardObjects(guard: Guard): readonly JsonObject[] {
  const { policy, judged, engine } = guard;
  const metadata = metadataOf(guardName(policy));
  const apiVersion = apiVersionOf(formatVersion(engine).slice(1));
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy,
        matchConstraints: {
          matchPolicy: 'Equivalent',
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              // Labels can be written through the subresources too.
              resources: ['namespaces', 'namespaces/status', 'namespaces/finalize'],
            },
          ],
        },
        matchConditions: matchConditions(guard),
        variables: [
          { name: 'labels', expression: printCel(labelsIn(name('object'))) },
          { name: 'old', expression: printCel(ternary(isUpdate, labelsIn(name('oldObject')), emptyMap)) },
        ],
        validations: judged.map((mode) => ({
          expression: printCel(or(and(isUpdate, unchanged(mode)), kept(guard, mode))),
          reason: 'Forbidden',
          message: message(guard, mode),
        })),
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: guardName(policy), validationActions: guardActions(judged) },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata,
      rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: [guardVerb] }],
    },
  ];
}

const namespaceName = select(name('object'), 'metadata', 'name');
const isUpdate = binary(select(name('request'), 'operation'), '==', literal('UPDATE'));

function matchConditions({ exempt: { namespaces } }: Guard): readonly JsonObject[] {
  const out = list(...namespaces.map((each) => literal(each)));
  const checked = [
    ['group', literal('')],
    ['resource', literal('namespaces')],
    ['name', namespaceName],
    ['check', literal(guardVerb)],
  ] as const;
  const check = checked.reduce<Expr>((of, [called, given]) => method(of, called, given), name('authorizer'));
  return [
    ...(namespaces.length > 0
      ? [{ name: 'in-scope', expression: printCel(not(binary(namespaceName, 'in', out))) }]
      : []),
    { name: 'may-not-relabel', expression: printCel(not(method(check, 'allowed'))) },
  ];
}

function labelsIn(of: Expr): Expr {
  const labels = select(of, 'metadata', 'labels');
  return ternary(call('has', labels), labels, emptyMap);
}

const [labels, old] = [variable('labels'), variable('old')];
const has = (key: string, among: Expr) => binary(literal(key), 'in', among);
const at = (key: string, among: Expr) => index(among, literal(key));

function unchanged(mode: PsaMode): Expr {
  const same = (key: string) =>
    ternary(
      has(key, old),
      and(has(key, labels), binary(at(key, labels), '==', at(key, old))),
      not(has(key, labels)),
    );
  return and(same(levelLabel(mode)), same(versionLabel(mode)));
}

/** The level or a stricter one, at the very version: another version is neither stricter nor laxer. */
function kept({ is, unlabelled }: Guard, mode: PsaMode): Expr {
  const given = (key: string, values: readonly string[]) => {
    const [only, ...more] = values.map((value) => literal(value));
    if (only === undefined) throw new TypeError('no label value is allowed');
    const fits =
      more.length === 0
        ? binary(at(key, labels), '==', only)
        : binary(at(key, labels), 'in', list(only, ...more));
    return unlabelled === 'default' ? or(not(has(key, labels)), fits) : and(has(key, labels), fits);
  };
  return and(
    given(levelLabel(mode), atLeast(is.level)),
    given(versionLabel(mode), [formatVersion(is.minor)]),
  );
}

/** `levels` goes from the laxest to the strictest. */
const atLeast = (level: Level): readonly Level[] => levels.slice(levels.indexOf(level));

function message({ policy, is, unlabelled }: Guard, mode: PsaMode): string {
  const wanted = `${levelLabel(mode)}=${atLeast(is.level).join('|')} and ${versionLabel(mode)}=${formatVersion(is.minor)}`;
  const or = unlabelled === 'default' ? ', or without these labels' : '';
  return `${messageTitle(policy)}: a namespace stays at ${wanted}${or}; others need the verb ${guardVerb} on it`;
}
