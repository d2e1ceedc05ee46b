/** Rules of the solver, each made wrong in one place: a test has to notice. */
export interface Weakening {
  /** What is lost. */
  readonly rule: string;
  /** In src/solver. */
  readonly file: string;
  /** Text that is in the file once, and what takes its place. */
  readonly from: string;
  readonly to: string;
}

const meaning = (rule: string, from: string, to: string): Weakening => ({
  rule,
  file: 'meaning.ts',
  from,
  to,
});
const ofCond = (kind: string, from: string, to: string): Weakening =>
  meaning(kind, `      case '${kind}':\n${from}`, `      case '${kind}':\n${to}`);
const open = (kind: string): Weakening =>
  meaning(kind, `      case '${kind}': {\n`, `      case '${kind}': {\n        if (f) return f.true;\n`);

export const weakenings: readonly Weakening[] = [
  ofCond('constant', '        return cond.value ? f.true : f.false;', '        return f.true;'),
  ofCond('and', '        return f.and(', '        return f.or('),
  ofCond('or', '        return f.or(', '        return f.and('),
  meaning('not', 'return f.not(this.holds(cond.of, world));', 'return this.holds(cond.of, world);'),
  ofCond('present', '        return this.#present(this.resolve(cond.ref, world));', '        return f.true;'),
  open('emptyList'),
  open('hasKey'),
  ofCond(
    'equal',
    '        return this.#equal(',
    '        if (f) return f.true;\n        return this.#equal(',
  ),
  meaning('sameParts', 'value: partsOf(String(value), cond.separator)', 'value'),
  meaning('oneOf', 'cond.values.includes(value)', 'value === cond.values[0]'),
  meaning('matches', 'cond.patterns.some(', 'cond.patterns.every('),
  meaning('within, below', 'min <= Number(value) && Number(value) <= max', 'Number(value) <= max'),
  meaning('within, above', 'min <= Number(value) && Number(value) <= max', 'min <= Number(value)'),
  ofCond('some', '        return f.or(', '        return f.and('),
  meaning('every', 'f.implies(exists, this.holds(', 'f.and(exists, this.holds('),
  ofCond(
    'authorized',
    '        return this.#right(',
    '        if (f) return f.true;\n        return this.#right(',
  ),
  meaning(
    'literal',
    'return [{ when: f.true, value: term.value }];',
    "return [{ when: f.true, value: '' }];",
  ),
  meaning(
    'value',
    'this.#scalarOr(this.resolve(term.ref, world), term.absent)',
    "this.#scalarOr(this.resolve(term.ref, world), '')",
  ),
  meaning('effective', 'term.refs.map((ref) =>', 'term.refs.slice(1).map((ref) =>'),
  meaning('lookup', 'this.valuesOf(term.key, world), term.absent)', "this.valuesOf(term.key, world), '')"),
  meaning('firstPresent', '          none = f.and(none, f.not(present));', ''),
  meaning('size, elements that are several', '(a, b) => Number(a) + Number(b)', '(a) => Number(a)'),
  meaning('concat', 'return term.parts.reduce<', 'return term.parts.slice(0, 1).reduce<'),
  meaning('quoted', 'value: goQuote(String(value))', 'value: String(value)'),
  meaning(
    'request',
    "this.pods.root('request').field(term.field), '')",
    "this.pods.root('request').field('user'), '')",
  ),
  meaning('namespaceLabel', 'value: term.label }]', "value: '' }]"),
  meaning('containers of the groups', '.filter((group) => source.groups.includes(group))', ''),
  meaning('entries with the prefix', '.filter(([key]) => key.startsWith(source.prefix))', ''),
  {
    rule: 'a witness for each choice of an every',
    file: 'bounds.ts',
    from: 'const own = lists.includes(list) ? witnesses(list, around) : 0;',
    to: 'const own = lists.includes(list) ? 1 : 0;',
  },
  {
    rule: 'an element whose field has to be present',
    file: 'bounds.ts',
    from: 'return holds && listsOfPresence(placesOf(atom.ref, scope)).includes(list) ? witnesses(list, around) : 0;',
    to: 'return 0;',
  },
  {
    rule: 'elements of all that has to hold at once',
    file: 'bounds.ts',
    from: 'return all ? needs.reduce((sum, need) => sum + need, 0) : Math.max(0, ...needs);',
    to: 'return Math.max(0, ...needs);',
  },
  {
    rule: 'numbers between constants',
    file: 'domains.ts',
    from: "if (typeof value === 'number') for (const cut of [value, value + 1]) cuts.add(cut);",
    to: '',
  },
  {
    rule: 'ends of ranges',
    file: 'domains.ts',
    from: 'for (const cut of reads.cuts(place)) cuts.add(cut);',
    to: '',
  },
  { rule: 'texts by their patterns', file: 'domains.ts', from: 'automata.push(...own);', to: '' },
  {
    rule: 'texts that are named',
    file: 'domains.ts',
    from: "for (const value of constants) if (typeof value === 'string') literals.add(value);",
    to: '',
  },
  {
    rule: 'texts that are put together',
    file: 'domains.ts',
    from: 'if (edge.to === place) for (const text of textsOf(edge.part)) literals.add(text);',
    to: '',
  },
  {
    rule: 'values that occur once',
    file: 'decide.ts',
    from: 'roots.push(...unequal(pods, meaning, reads), ',
    to: 'roots.push(',
  },
  {
    rule: 'rules of the API server',
    file: 'decide.ts',
    from: 'chosen.push(ruleDemand(rule));',
    to: '',
  },
  {
    rule: 'what the pod that is found breaks',
    file: 'decide.ts',
    from: 'const broken = further.filter((each) => !asked.includes(each) && breaks(each));',
    to: 'const broken: Demand[] = [];',
  },
  {
    rule: 'rules that refuse the pod that is found',
    file: 'decide.ts',
    from: 'const refusing = refusingRules(pod, request);',
    to: 'const refusing: ValidityRule[] = [];',
  },
  {
    rule: 'no answer where a part that is left out matters',
    file: 'left-out.ts',
    from: 'if (this.#stricterNow && this.#first !== undefined) throw this.#first;',
    to: '',
  },
  {
    rule: 'a part that is left out lets what is demanded hold',
    file: 'left-out.ts',
    from: '[this.#laxer, demand.holds],',
    to: '[this.#laxer, !demand.holds],',
  },
  {
    rule: 'names of containers of other groups',
    file: 'domains.ts',
    from: 'return listsDifferingFrom(place).reduce(',
    to: 'return listsDifferingFrom(place).slice(0, 0).reduce(',
  },
  {
    rule: 'one value at a place',
    file: 'nodes.ts',
    from: "this.exclusive.push(whens);\n    return { kind: 'scalar'",
    to: "return { kind: 'scalar'",
  },
  {
    rule: 'objects around a value',
    file: 'nodes.ts',
    from: 'this.demands.push(formulas.implies(present, above));',
    to: '',
  },
  {
    rule: 'what a mutation makes on the way',
    file: 'writes.ts',
    from: 'present: f.or(node.present, edit.when),\n        field:',
    to: 'present: node.present,\n        field:',
  },
  {
    rule: 'what a mutation leaves out',
    file: 'writes.ts',
    from: '...except.map((list) => f.not(has(list, value)))',
    to: '',
  },
  {
    rule: 'unless',
    file: 'conditions.ts',
    from: 'allOf([notSo(unless), anyOf(found)]);',
    to: 'anyOf(found);',
  },
  {
    rule: 'lists that make an object present',
    file: 'bounds.ts',
    from: 'return pointer\n      ? []',
    to: 'return pointer || !pointer\n      ? []',
  },
  {
    rule: 'lists that are the first that is present',
    file: 'bounds.ts',
    from: "each.kind === 'firstPresent'\n      ? listsOfPresence(",
    to: "each.kind === 'firstPresent'\n      ? listsOfPresence([]) && [].slice(",
  },
  {
    rule: 'a list that the API demands, of which no element is asked for',
    file: 'bounds.ts',
    from: 'sum === 0 && ruleFor(list).required === true',
    to: 'sum < 0 && ruleFor(list).required === true',
  },
  {
    rule: 'that an empty text is none',
    file: 'domains.ts',
    from: 'if (!factsOf(place).field.pointer) automata.push(formats.notEmpty);',
    to: '',
  },
  {
    rule: 'numbers that the API server compares',
    file: 'decide.ts',
    from: ', ...inOrder(pods, reads));',
    to: ');',
  },
  {
    rule: 'all characters but some, in an expression',
    file: 'expressions.ts',
    from: 'set.includes(character) !== others',
    to: 'set.includes(character) || others',
  },
  {
    rule: 'how often, at least, in an expression',
    file: 'expressions.ts',
    from: 'count < node.min;',
    to: 'count < Math.min(node.min, 1);',
  },
  {
    rule: 'how often, at most, in an expression',
    file: 'expressions.ts',
    from: 'for (let count = node.min; count < node.max; count += 1)',
    to: 'for (let count = node.min; count <= node.max; count += 1)',
  },
];
