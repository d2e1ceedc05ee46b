/** A whole module: header, constants, what is judged, and a rule for each control. */
import type { Control, Policy, Scalar } from '../../ir/types.js';
import { checkBuiltins } from './builtins.js';
import { ruleOf } from './control.js';
import { type Doc, literal, set, statement } from './layout.js';
import { Names } from './names.js';

export interface GuardedControl {
  readonly control: Control;
  readonly guards: readonly Doc[];
}

export interface ModuleSpec {
  readonly package: string;
  /** What is imported, the library as `lib`. */
  readonly imports: readonly string[];
  /** Lines of the header, without `#`. */
  readonly header: readonly string[];
  readonly controls: readonly GuardedControl[];
  /** What has to hold of a request for the policy to judge it. */
  readonly inScope: readonly Doc[];
  readonly library: string;
  /** Rules that read `deny`, at the end. */
  readonly verdict?: string;
}

export interface Unsayable {
  readonly control: string;
  readonly reason: string;
}

export function moduleOf(spec: ModuleSpec): { text: string } | { unsayable: readonly Unsayable[] } {
  const unsayable = new Map<string, Unsayable>();
  const names = new Names();
  const constants = new Map<string, { name: string; values: readonly Scalar[] }>();
  const constant = (wanted: string, values: readonly Scalar[]): string => {
    const key = JSON.stringify(values);
    const known = constants.get(key) ?? { name: names.fresh(`${wanted}_values`), values };
    constants.set(key, known);
    return known.name;
  };
  const rules = spec.controls.map(({ control, guards }) => {
    const refuse = (reason: string) =>
      unsayable.set(`${control.id} ${reason}`, { control: control.id, reason });
    const rule = ruleOf(control, { constant, refuse }, guards);
    return rule === '' ? '' : `# ${oneLine(control.id)}\n${rule}`;
  });
  if (unsayable.size > 0) return { unsayable: [...unsayable.values()] };

  const header = spec.header.map((line) => `# ${oneLine(line)}`.trimEnd());
  const parts = [
    `${header.join('\n')}\npackage ${spec.package}\n`,
    spec.imports.map((each) => `import ${each}\n`).join(''),
    worlds(spec.inScope),
    ...(rules.some((rule) => rule !== '') ? rules : [nothing]),
    ...[...constants.values()].map(
      ({ name, values }) => `${statement(set(values.map(literal)), 0, `${name} := `)}\n`,
    ),
    spec.verdict ?? '',
  ];
  const text = parts.filter((part) => part !== '').join('\n');
  checkBuiltins(text, spec.library);
  return { text };
}

/** A partial rule as in every other policy, so that `deny` is a set there too. */
const nothing = `# The policy denies nothing.
deny contains lib.finding(world, "", "", "") if {
	some world in worlds
	false
}
`;

function worlds(inScope: readonly Doc[]): string {
  const what = '# The pods to judge, each with what the request says besides it.\n';
  if (inScope.length === 0) return `${what}worlds := lib.worlds\n`;
  const head = `${what}worlds := [world |\n\tsome world in lib.worlds\n`;
  return `${head}${inScope.map((each) => `${statement(each, 1)}\n`).join('')}]\n`;
}

/** A comment ends where a line ends, so no name may end one. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

/** What keeps a pod in the scope of a policy. Of a manifest nobody knows the user and the namespace, so these are empty. */
export function scopeOf({ scope, exemptions, mode }: Policy): Doc[] {
  const excluded = (term: string, values: readonly string[]): Doc[] =>
    values.length === 0
      ? []
      : [{ kind: 'infix', left: `not ${term}`, operator: 'in', right: set(values.map(literal)) }];
  return [
    ...excluded('world.request.scope', nonEmpty([...scope.excludedNamespaces, ...exemptions.namespaces])),
    ...excluded('world.request.user', nonEmpty(exemptions.users)),
    ...excluded('world.request.runtimeClass', nonEmpty(exemptions.runtimeClasses)),
    ...(mode === 'enforce-workloads' ? ['not lib.is_same_template'] : []),
  ];
}

/** An empty name exempts nobody, as in the reference, nor a manifest. */
function nonEmpty(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== '').sort();
}
