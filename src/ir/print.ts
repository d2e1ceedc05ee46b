/**
 * The printable form of the IR: for people, in docs and golden files. It says everything that the IR does, so that
 * two rules that differ look different; it is not read back. The form that is read back is `policyJson`.
 */
import { end, fill, group, indent, type Layout, line, render, separated, softLine } from './layout.js';
import { keyOrder } from './schema.js';
import type {
  Binding,
  Collection,
  Comprehension,
  Cond,
  Control,
  Exception,
  Exemptions,
  LabelRequirement,
  Mutation,
  Pattern,
  Policy,
  Ref,
  Scalar,
  Scope,
  Source,
  Term,
  Text,
  Value,
  Write,
} from './types.js';

const width = 110;

export function printPolicy(policy: Policy): string {
  return render(policyLayout(policy), width);
}

export function printControl(control: Control): string {
  return render(controlLayout(control), width);
}

/** A condition alone, as messages quote it. */
export function printCond(cond: Cond): string {
  return render(condLayout(cond), Number.POSITIVE_INFINITY).trimEnd();
}

/** The JSON form: fields in the order of the schema, so that the same policy always has the same bytes. */
export function policyJson(policy: Policy): string {
  return `${JSON.stringify(policy, inOrder, 2)}\n`;
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const rank = (key: string) => keyOrder.indexOf(key);
  // The fields of a value that is written are none of the schema's.
  const byName = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || byName(a, b)));
}

function policyLayout(policy: Policy): Layout {
  const { name, version, mode, scope, exemptions, exceptions, mutations, controls, alternatives } = policy;
  const heading = `policy ${name}${version === null ? '' : ` ${version}`}, mode ${mode}, IR ${policy.ir}`;
  const parts: Layout[] = [
    ...scopeLayout(scope),
    ...exemptionsLayout(exemptions),
    ...exceptions.map(exceptionText),
    ...mutations.map(mutationLayout),
    ...controls.map(controlLayout),
    ...alternatives.map((each): Layout => ['or else ', policyLayout(each)]),
  ];
  return indent(heading, ...parts.map((part): Layout => [end, part]));
}

function scopeLayout({ excludedNamespaces, namespaceSelector }: Scope): Layout[] {
  return [
    ...(excludedNamespaces.length === 0 ? [] : [`not in namespaces ${excludedNamespaces.join(', ')}`]),
    ...namespaceSelector.map((each) => `in namespaces with ${requirementText(each)}`),
  ];
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  return [quote(key), operator, ...(values.length === 0 ? [] : [`[${values.map(quote).join(', ')}]`])].join(
    ' ',
  );
}

function exemptionsLayout({ namespaces, users, runtimeClasses, serviceAccounts }: Exemptions): Layout[] {
  const exempt = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`exempt ${what} ${names.map(quote).join(', ')}`];
  return [
    ...exempt('namespaces', namespaces),
    ...exempt('users', users),
    ...exempt('runtime classes', runtimeClasses),
    ...exempt(
      'service accounts',
      serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`),
    ),
  ];
}

function exceptionText({ control, what, reason, expires }: Exception): string {
  const until = expires === null ? '' : ` until ${expires}`;
  return `except from ${control}: ${quote(what)}${until}, because ${quote(reason)}`;
}

function controlLayout(control: Control): Layout {
  const { unless } = control;
  const judgesAll = unless.kind === 'constant' && !unless.value;
  const parts: Layout[] = [
    ...(judgesAll ? [] : [clause('unless', condLayout(unless))]),
    ...control.collections.map(collectionLayout),
    clause('reason', textLayout(control.reason)),
    clause('detail', textLayout(control.detail)),
  ];
  return indent(`control ${control.id} (${control.level})`, ...parts.map((part): Layout => [end, part]));
}

function clause(word: string, of: Layout): Layout {
  return group(word, ' ', indent(of));
}

function collectionLayout({ name, denies, distinct, from }: Collection): Layout {
  const heading = `${denies ? 'deny' : 'list'} ${name}${distinct ? ', sorted and distinct' : ''}:`;
  const [only, ...others] = from.map(comprehensionLayout);
  if (only === undefined) return `${heading} nothing`;
  if (others.length === 0) return [heading, ' ', only];
  return indent(heading, ...[only, ...others].map((each): Layout => [end, each]));
}

function mutationLayout({ id, over, where, writes }: Mutation): Layout {
  const parts: Layout[] = [clause('where', condLayout(where)), ...writes.map(writeLayout)];
  const heading: Layout = [`write ${id}: `, bindingsLayout(over)];
  return indent(heading, ...parts.map((part): Layout => [end, part]));
}

function writeLayout(write: Write): Layout {
  switch (write.kind) {
    case 'set':
      return group('set ', refText(write.at), ' =', indent(line, valueText(write.value)));
    case 'add':
      return call('add', [
        refText(write.list),
        bracketed(write.values.map(quote)),
        ...(write.except.length === 0 ? [] : [group('except ', bracketed(write.except.map(refText)))]),
      ]);
    case 'setKey':
      return call('setKey', [refText(write.map), termLayout(write.key), quote(write.value)]);
  }
}

function valueText(value: Value): string {
  return JSON.stringify(value, inOrder);
}

function bindingsLayout(over: readonly Binding[]): Layout {
  const bindings = over.map(({ bind, in: source }): Layout => [bind, ' in ', sourceLayout(source)]);
  return bindings.length === 0 ? 'the pod' : group('for ', indent(separated(bindings, [',', line])));
}

function comprehensionLayout({ over, where, show, at }: Comprehension): Layout {
  const heading = bindingsLayout(over);
  const shown = group('show ', indent(termLayout(show)));
  return indent(heading, end, clause('where', condLayout(where)), end, shown, '  at ', refText(at));
}

/** How tightly a condition holds together: what stands in a looser place needs no parentheses there. */
function binding(cond: Cond): number {
  switch (cond.kind) {
    case 'some':
    case 'every':
      return 0;
    case 'or':
      return cond.of.length === 0 ? 3 : 1;
    case 'and':
      return cond.of.length === 0 ? 3 : 2;
    default:
      return 3;
  }
}

function tighterThan(outer: number, cond: Cond): Layout {
  const inner = condLayout(cond);
  return binding(cond) > outer ? inner : group('(', indent(softLine, inner), softLine, ')');
}

function operands(cond: Cond, operator: string, of: readonly Cond[]): Layout {
  const parts = of.map((each) => tighterThan(binding(cond), each));
  // One operand alone would look like itself without the operator.
  if (parts.length < 2) return call(operator, parts);
  return group(separated(parts, [line, operator, ' ']));
}

function condLayout(cond: Cond): Layout {
  switch (cond.kind) {
    case 'constant':
      return String(cond.value);
    case 'and':
    case 'or':
      return operands(cond, cond.kind, cond.of);
    case 'not':
      return call('not', [condLayout(cond.of)]);
    case 'present':
      return call('present', [refText(cond.ref)]);
    case 'emptyList':
      return call('emptyList', [refText(cond.list)]);
    case 'hasKey':
      return call('hasKey', [refText(cond.map), termLayout(cond.key)]);
    case 'equal':
      return group(termLayout(cond.left), ' =', indent(line, termLayout(cond.right)));
    case 'oneOf':
      return group(termLayout(cond.term), ' in ', bracketed(cond.values.map(scalarText)));
    case 'matches':
      return group(termLayout(cond.term), ' matches ', bracketed(cond.patterns.map(patternText)));
    case 'within':
      return group(
        termLayout(cond.term),
        ' within ',
        bracketed(cond.ranges.map(({ min, max }) => `${min} to ${max}`)),
      );
    case 'sameParts':
      return call('sameParts', [termLayout(cond.left), termLayout(cond.right), quote(cond.separator)]);
    case 'some':
    case 'every':
      return group(
        `${cond.kind} ${cond.bind} in `,
        sourceLayout(cond.in),
        ':',
        indent(line, condLayout(cond.where)),
      );
    case 'authorized':
      return call('authorized', [cond.verb, cond.group, cond.resource, cond.name].map(quote));
  }
}

function termLayout(term: Term): Layout {
  switch (term.kind) {
    case 'literal':
      return scalarText(term.value);
    case 'value':
      // A bare place is its text, empty where it is absent.
      return term.absent === ''
        ? refText(term.ref)
        : call('value', [refText(term.ref), scalarText(term.absent)]);
    case 'effective':
      return call('effective', [bracketed(term.refs.map(refText)), scalarText(term.absent)]);
    case 'lookup':
      return call('lookup', [refText(term.map), termLayout(term.key), quote(term.absent)]);
    case 'firstPresent':
      return call('firstPresent', [refText(term.of), bracketed(term.fields), quote(term.absent)]);
    case 'size':
      return call('size', [sourceLayout(term.of)]);
    case 'concat':
      return call('concat', term.parts.map(termLayout));
    case 'quoted':
      return call('quoted', [termLayout(term.of)]);
    case 'request':
      return call('request', [term.field]);
    case 'namespaceLabel':
      return call('namespaceLabel', [quote(term.label), quote(term.absent)]);
  }
}

function sourceLayout(source: Source): Layout {
  switch (source.kind) {
    case 'containers':
      return `${source.of === 'old' ? 'oldContainers' : 'containers'}(${source.groups.join(', ')})`;
    case 'items':
      return refText(source.list);
    case 'entries':
      return call('entries', [refText(source.map), quote(source.prefix)]);
    case 'userGroups':
      return 'userGroups';
  }
}

function patternText(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'prefix':
      return `prefix ${quote(pattern.prefix)}`;
    case 'suffix':
      return `suffix ${quote(pattern.suffix)}`;
    case 'glob':
      return `glob ${quote(pattern.glob)}`;
    case 'pathPrefix':
      return `pathPrefix ${quote(pattern.prefix)}`;
  }
}

function textLayout(text: Text): Layout {
  switch (text.kind) {
    case 'text':
      return quote(text.text);
    case 'list':
      return call(text.quote ? 'quotedList' : 'plainList', [text.of, quote(text.separator)]);
    case 'plural':
      return call('plural', [bracketed(text.of), quote(text.one), quote(text.many)]);
    case 'sequence':
      return call('sequence', text.parts.map(textLayout));
    case 'joined':
      return call('joined', [quote(text.separator), ...text.parts.map(textLayout)]);
    case 'ifAny':
      return call('ifAny', [bracketed(text.of), textLayout(text.some), textLayout(text.otherwise)]);
  }
}

function call(name: string, parameters: readonly Layout[]): Layout {
  if (parameters.length === 0) return `${name}()`;
  return group(name, '(', indent(softLine, separated(parameters, [',', line])), softLine, ')');
}

function bracketed(parts: readonly string[]): Layout {
  if (parts.length === 0) return '[]';
  const words = parts.map((part, index) => (index < parts.length - 1 ? `${part},` : part));
  return group('[', indent(softLine, fill(words)), softLine, ']');
}

function refText(ref: Ref): string {
  return [ref.from, ...ref.path].join('.');
}

function scalarText(value: Scalar): string {
  return JSON.stringify(value);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
