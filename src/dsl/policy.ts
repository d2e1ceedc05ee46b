import { checkPolicy } from '../ir/check.js';
import {
  type Control as ControlNode,
  type Exemptions,
  irVersion,
  type Level,
  type Mode,
  type Policy,
  type Scope,
} from '../ir/types.js';
import { levelPolicy, levels } from '../levels/levels.js';
import { newestMinor, parseVersion, type VersionText } from '../levels/versions.js';
import type { Control } from './control.js';
import { demandKeys, didYouMean, PolicyError } from './error.js';
import { type ExceptionSpec, withExceptions } from './exceptions.js';
import { rememberOrigin } from './origins.js';
import { defaultScope, noExemptions } from './scope.js';

/** Branded by a registered symbol, so that a policy made by another copy of podsec is known as one. */
export const policyBrand: unique symbol = Symbol.for('podsec.policy');

/** A level, at the newest policy version or at a named one: `restricted`, `baseline@v1.30`, `restricted@latest`. */
export type LevelReference = Level | `${Level}@${'latest' | VersionText}`;

/** Values that a policy is written over; lists of strings or numbers, strings, numbers, booleans. */
export type Parameters = Readonly<
  Record<string, string | number | boolean | readonly string[] | readonly number[]>
>;

export interface PolicySpec<P extends Parameters = Parameters> {
  /** A lower-case name of letters, digits and `-`, as Kubernetes names its objects. */
  readonly name: string;
  /** What the policy starts from: a level, or another policy. Left out: nothing, so it admits every pod. */
  readonly extends?: LevelReference | DefinedPolicy<Parameters>;
  /** Parameters with their default values. `with` makes the policy for other values. */
  readonly parameters?: P;
  /** Ids of controls of the extended policy that do not apply. */
  readonly drop?: readonly string[];
  /** Controls that take the place of those of the same id in the extended policy. */
  readonly replace?: readonly Control[] | ((parameters: Widened<P>) => readonly Control[]);
  /** Controls of its own, judged after the extended policy's. */
  readonly controls?: readonly Control[] | ((parameters: Widened<P>) => readonly Control[]);
  /**
   * What controls do not see: for one workload, container or value, with a reason. They come after `drop`, `replace` and
   * `controls`.
   */
  readonly exceptions?: readonly ExceptionSpec[] | ((parameters: Widened<P>) => readonly ExceptionSpec[]);
  /** What is exempt; each list left out is empty. */
  readonly exemptions?: Partial<Exemptions>;
  /** Which namespaces it holds in. Left out: all but the control plane's. */
  readonly scope?: Partial<Scope>;
  /** What happens to a violation. Left out: `audit`, so that applying a bundle stops nothing. */
  readonly mode?: Mode;
}

/** A parameter's type with literals widened: another value of the same kind will do. */
type Widen<T> = T extends readonly string[]
  ? readonly string[]
  : T extends readonly number[]
    ? readonly number[]
    : T extends string
      ? string
      : T extends number
        ? number
        : boolean;

export type Widened<P extends Parameters> = { readonly [K in keyof P]: Widen<P[K]> };

export interface DefinedPolicy<P extends Parameters = Parameters> {
  readonly [policyBrand]: true;
  readonly ir: Policy;
  /** The parameters that it was made for. */
  readonly parameters: Widened<P>;
  /** The same policy for other values of its parameters. Throws a PolicyError on an unknown parameter. */
  readonly with: (parameters: Partial<Widened<P>>) => DefinedPolicy<P>;
}

const policyKeys: Readonly<Record<keyof PolicySpec, true>> = {
  name: true,
  extends: true,
  parameters: true,
  drop: true,
  replace: true,
  controls: true,
  exceptions: true,
  exemptions: true,
  scope: true,
  mode: true,
};

/** Defines a policy. Throws a PolicyError that says what is wrong and what to do. */
export function definePolicy<const P extends Parameters = Record<never, never>>(
  spec: PolicySpec<P>,
): DefinedPolicy<P>;
export function definePolicy(spec: PolicySpec): DefinedPolicy {
  demandKeys('definePolicy', spec, policyKeys);
  return build(spec, spec.parameters ?? {});
}

function build(spec: PolicySpec, parameters: Parameters): DefinedPolicy {
  const base = spec.extends === undefined ? undefined : basePolicy(spec.extends);
  const { exceptions: given = [] } = spec;
  const own = controlsOf(spec, base?.controls ?? [], parameters);
  // Of a control that is dropped or replaced there is nothing left to be excepted from.
  const kept = new Set(base?.controls.filter((each) => own.includes(each)).map(({ id }) => id));
  const { controls, exceptions } = withExceptions(
    own,
    typeof given === 'function' ? given(parameters) : given,
  );
  const ir: Policy = {
    ir: irVersion,
    name: checkedName(spec.name),
    version: base?.version ?? null,
    controls,
    mutations: base?.mutations ?? [],
    alternatives: base?.alternatives ?? [],
    exceptions: [...(base?.exceptions ?? []).filter(({ control }) => kept.has(control)), ...exceptions],
    exemptions: { ...noExemptions, ...base?.exemptions, ...spec.exemptions },
    scope: { ...defaultScope, ...base?.scope, ...spec.scope },
    mode: spec.mode ?? base?.mode ?? 'audit',
  };
  rememberOrigin(ir);
  const [problem] = checkPolicy(ir);
  if (problem !== undefined) {
    throw new PolicyError(`${problem.message}: ${problem.hint}`);
  }
  return {
    [policyBrand]: true,
    ir,
    parameters,
    with: (values) => {
      const known = Object.keys(parameters);
      const unknown = Object.keys(values).find((name) => !known.includes(name));
      if (unknown !== undefined)
        throw new PolicyError(`no parameter \`${unknown}\`${didYouMean(unknown, known)}`);
      const given = Object.entries(values).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      );
      return build(spec, { ...parameters, ...Object.fromEntries(given) });
    },
  };
}

function basePolicy(base: LevelReference | DefinedPolicy): Policy {
  if (typeof base !== 'string') return base.ir;
  const [name = '', version = 'latest'] = base.split('@');
  const level = levels.find((each) => each === name);
  if (level === undefined) throw new PolicyError(`no level \`${name}\`${didYouMean(name, levels)}`);
  const minor = parseVersion(version);
  if (minor === undefined) {
    throw new PolicyError(`no policy version \`${version}\`; the newest is v1.${newestMinor}`);
  }
  return levelPolicy(level, minor);
}

function controlsOf(
  spec: PolicySpec,
  inherited: readonly ControlNode[],
  parameters: Parameters,
): ControlNode[] {
  const given = (controls: PolicySpec['controls']) =>
    (typeof controls === 'function' ? controls(parameters) : (controls ?? [])).map((each) => each.node);
  const ids = inherited.map((each) => each.id);
  const demand = (id: string, verb: string) => {
    if (!ids.includes(id)) {
      throw new PolicyError(
        `\`${spec.name}\` ${verb} control \`${id}\`, which it does not have${didYouMean(id, ids)}`,
      );
    }
  };
  const dropped = spec.drop ?? [];
  for (const id of dropped) demand(id, 'drops');
  const replaced = given(spec.replace);
  for (const [index, { id }] of replaced.entries()) {
    demand(id, 'replaces');
    if (dropped.includes(id))
      throw new PolicyError(`\`${spec.name}\` both drops and replaces control \`${id}\``);
    if (replaced.findIndex((other) => other.id === id) !== index) {
      throw new PolicyError(`\`${spec.name}\` replaces control \`${id}\` twice`);
    }
  }
  const all = [
    ...inherited
      .filter(({ id }) => !dropped.includes(id))
      .map((each) => replaced.find(({ id }) => id === each.id) ?? each),
    ...given(spec.controls),
  ];
  const twice = all.find(({ id }, index) => all.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) {
    throw new PolicyError(
      `\`${spec.name}\` has two controls \`${twice.id}\`; put one that takes the place of another under replace`,
    );
  }
  return all;
}

function checkedName(name: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw new PolicyError(`\`${name}\` is no policy name: use up to 63 lower-case letters, digits and \`-\``);
  }
  return name;
}

/** Whether a value is a policy, whichever copy of podsec made it. */
export function isPolicy(value: unknown): value is DefinedPolicy {
  return typeof value === 'object' && value !== null && Reflect.get(value, policyBrand) === true;
}
