/**
 * The solver against Z3, which shares no code with it: random conditions are written in SMT-LIB about pods with so many containers,
 * and where one of the two knows a pod, the other has to.
 */

import { expect, it } from 'vitest';
import { init, Z3_error_code, Z3_lbool } from 'z3-solver';
import type { Cond, Pattern, Ref, Source, Term } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { acceptanceOf, holdsOf } from '../../src/solver/accepted.js';
import { decide } from '../../src/solver/decide.js';
import { TooLarge } from '../../src/solver/limits.js';
import { Random } from '../../src/testing/boundary/random.js';

/** Containers that Z3 knows. */
const slots = 4;
const containers: Source = { kind: 'containers', of: 'pod', groups: ['regular'] };
const texts = ['a', 'ab', 'b', 'a-b', 'abc'];
const numbers = [0, 1, 2, 1000];

const field = (from: string, ...path: readonly string[]): Ref => ({ from, path });
const hostPid = field('pod', 'spec', 'hostPID');
const hostname: Term = { kind: 'value', ref: field('pod', 'spec', 'hostname'), absent: '' };
const labels = field('pod', 'metadata', 'labels');
const label: Term = { kind: 'lookup', map: labels, key: { kind: 'literal', value: 'name' }, absent: '' };
const podUser = field('pod', 'spec', 'securityContext', 'runAsUser');
const image = (container: string): Term => ({ kind: 'value', ref: field(container, 'image'), absent: '' });
const user = (container: string): Ref => field(container, 'securityContext', 'runAsUser');
const privileged = (container: string): Ref => field(container, 'securityContext', 'privileged');

class Conditions {
  #names = 0;

  constructor(readonly random: Random) {}

  any(depth: number, bound: readonly string[]): Cond {
    const { random } = this;
    switch (depth === 0 ? 3 : random.below(4)) {
      case 0:
        return { kind: 'not', of: this.any(depth - 1, bound) };
      case 1:
        return {
          kind: random.pick(['and', 'or']),
          of: [this.any(depth - 1, bound), this.any(depth - 1, bound)],
        };
      case 2: {
        this.#names += 1;
        const bind = `c${this.#names}`;
        return {
          kind: random.pick(['some', 'every']),
          bind,
          in: containers,
          where: this.any(depth - 1, [...bound, bind]),
        };
      }
      default:
        return this.atom(bound);
    }
  }

  atom(bound: readonly string[]): Cond {
    const { random } = this;
    const text = random.pick([hostname, label, ...bound.map(image)]);
    const container = bound.length === 0 ? undefined : random.pick(bound);
    const number: Term =
      container === undefined
        ? { kind: 'value', ref: podUser, absent: random.pick(numbers) }
        : random.chance(50)
          ? { kind: 'value', ref: user(container), absent: random.pick(numbers) }
          : { kind: 'effective', refs: [user(container), podUser], absent: random.pick(numbers) };
    const [min, max] = [random.pick(numbers), random.pick(numbers)].sort((a, b) => a - b);
    const atoms: readonly Cond[] = [
      { kind: 'present', ref: hostPid },
      { kind: 'hasKey', map: labels, key: { kind: 'literal', value: 'name' } },
      {
        kind: 'equal',
        left: text,
        right: random.pick([hostname, label, ...bound.map(image), this.literal()]),
      },
      { kind: 'oneOf', term: text, values: [random.pick(texts), random.pick(texts)] },
      {
        kind: 'matches',
        term: text,
        patterns: [this.pattern(), this.pattern()].slice(0, 1 + random.below(2)),
      },
      { kind: 'within', term: number, ranges: [{ min: min ?? 0, max: max ?? 0 }] },
      {
        kind: 'within',
        term: { kind: 'size', of: containers },
        ranges: [{ min: 2, max: random.pick([2, 3]) }],
      },
      {
        kind: 'present',
        ref: container === undefined ? podUser : random.pick([user(container), privileged(container)]),
      },
    ];
    return random.pick(atoms);
  }

  literal = (): Term => ({ kind: 'literal', value: this.random.pick(texts) });

  pattern(): Pattern {
    const { random } = this;
    const text = random.pick(texts);
    return random.pick<Pattern>([
      { kind: 'prefix', prefix: text },
      { kind: 'suffix', suffix: text },
      { kind: 'glob', glob: random.pick([`${text}*`, `*${text}*`, `${text}*${random.pick(texts)}`]) },
    ]);
  }
}

/** In SMT-LIB, of slots by the names that are bound to them. */
class Smt {
  cond(cond: Cond, bound: ReadonlyMap<string, number>): string {
    const of = (inner: Cond) => this.cond(inner, bound);
    switch (cond.kind) {
      case 'not':
        return `(not ${of(cond.of)})`;
      case 'and':
      case 'or':
        return `(${cond.kind} ${cond.of.map(of).join(' ')})`;
      case 'some':
      case 'every': {
        const each = Array.from({ length: slots }, (_, slot) => {
          const inside = this.cond(cond.where, new Map([...bound, [cond.bind, slot]]));
          return cond.kind === 'some' ? `(and there${slot} ${inside})` : `(=> there${slot} ${inside})`;
        });
        return `(${cond.kind === 'some' ? 'or' : 'and'} ${each.join(' ')})`;
      }
      case 'present':
        return cond.ref === hostPid ? 'hostPid' : this.has(cond.ref, bound);
      case 'hasKey':
        return 'hasLabel';
      case 'equal':
        return `(= ${this.term(cond.left, bound)} ${this.term(cond.right, bound)})`;
      case 'oneOf':
        return `(or ${cond.values.map((value) => `(= ${this.term(cond.term, bound)} "${value}")`).join(' ')})`;
      case 'within': {
        const term = this.term(cond.term, bound);
        return `(or ${cond.ranges.map(({ min, max }) => `(and (<= ${min} ${term}) (<= ${term} ${max}))`).join(' ')})`;
      }
      case 'matches':
        return `(or ${cond.patterns.map((pattern) => this.matches(this.term(cond.term, bound), pattern)).join(' ')})`;
      default:
        throw new Error(`no ${cond.kind} is made here`);
    }
  }

  matches(term: string, pattern: Pattern): string {
    switch (pattern.kind) {
      case 'prefix':
        return `(str.prefixof "${pattern.prefix}" ${term})`;
      case 'suffix':
        return `(str.suffixof "${pattern.suffix}" ${term})`;
      case 'glob': {
        const any = '(re.* re.allchar)';
        const parts = pattern.glob.split('*').map((part) => `(str.to_re "${part}")`);
        return `(str.in_re ${term} (re.++ ${parts.join(` ${any} `)}))`;
      }
      default:
        throw new Error(`no ${pattern.kind} is made here`);
    }
  }

  name(ref: Ref, bound: ReadonlyMap<string, number>): string {
    return `${ref.path.at(-1)}${ref.from === 'pod' ? '' : bound.get(ref.from)}`;
  }

  has = (ref: Ref, bound: ReadonlyMap<string, number>): string => `has-${this.name(ref, bound)}`;

  term(term: Term, bound: ReadonlyMap<string, number>): string {
    switch (term.kind) {
      case 'literal':
        return typeof term.value === 'string' ? `"${term.value}"` : String(term.value);
      case 'lookup':
        return '(ite hasLabel label "")';
      case 'value':
        return typeof term.absent === 'string'
          ? this.name(term.ref, bound)
          : `(ite ${this.has(term.ref, bound)} ${this.name(term.ref, bound)} ${String(term.absent)})`;
      case 'effective':
        return term.refs.reduceRight(
          (otherwise, ref) => `(ite ${this.has(ref, bound)} ${this.name(ref, bound)} ${otherwise})`,
          String(term.absent),
        );
      case 'size':
        return `(+ ${Array.from({ length: slots }, (_, slot) => `(ite there${slot} 1 0)`).join(' ')})`;
      default:
        throw new Error(`no ${term.kind} is made here`);
    }
  }
}

const alphanumeric = '(re.union (re.range "a" "z") (re.range "A" "Z") (re.range "0" "9"))';
const lower = '(re.union (re.range "a" "z") (re.range "0" "9"))';
const word = (ends: string, inside: string) => `(re.++ ${ends} (re.opt (re.++ (re.* ${inside}) ${ends})))`;

/** Pods that an API server takes: not all of them, as images of other characters are none here. */
const pods = [
  '(declare-const hostPid Bool) (declare-const hasLabel Bool) (declare-const label String) (declare-const hostname String)',
  `(assert (or (= label "") (str.in_re label ${word(alphanumeric, `(re.union ${alphanumeric} (str.to_re "-") (str.to_re "_") (str.to_re "."))`)})))`,
  `(assert (or (= hostname "") (str.in_re hostname ${word(lower, `(re.union ${lower} (str.to_re "-"))`)})))`,
  '(assert (<= (str.len label) 63)) (assert (<= (str.len hostname) 63))',
  '(declare-const runAsUser Int) (declare-const has-runAsUser Bool) (assert (<= 0 runAsUser 2147483647))',
  ...Array.from({ length: slots }, (_, slot) =>
    [
      `(declare-const there${slot} Bool) (declare-const image${slot} String)`,
      `(declare-const runAsUser${slot} Int) (declare-const has-runAsUser${slot} Bool) (declare-const has-privileged${slot} Bool)`,
      `(assert (<= 0 runAsUser${slot} 2147483647))`,
      `(assert (str.in_re image${slot} (re.+ (re.range "!" "~"))))`,
      slot === 0 ? '(assert there0)' : `(assert (=> there${slot} there${slot - 1}))`,
    ].join(' '),
  ),
];

/** Whether Z3 knows of pods like it. */
function isAmongThem({ spec }: JsonObject): boolean {
  const list =
    typeof spec === 'object' && spec !== null && 'containers' in spec ? spec.containers : undefined;
  return (
    Array.isArray(list) &&
    list.length <= slots &&
    list.every((each) => /"image":"[!-~]+"/.test(JSON.stringify(each).replaceAll('\\"', '')))
  );
}

it('decides random conditions as Z3 does', async () => {
  const { Z3, em } = await init();
  try {
    const ask = async (text: string): Promise<Z3_lbool> => {
      const config = Z3.mk_config();
      Z3.set_param_value(config, 'timeout', '1000');
      const context = Z3.mk_context(config);
      try {
        // Not eval_smtlib2_string: what it reads the text from is gone before it has done so.
        const solver = Z3.mk_solver(context);
        Z3.solver_inc_ref(context, solver);
        Z3.solver_from_string(context, solver, text);
        expect(Z3.get_error_code(context), text).toBe(Z3_error_code.Z3_OK);
        return await Z3.solver_check(context, solver);
      } finally {
        Z3.del_context(context);
        Z3.del_config(config);
      }
    };
    const random = new Random(20);
    const counts = { both: 0, neither: 0, unknown: 0, beyond: 0 };
    for (let at = 0; at < 200; at++) {
      const conditions = new Conditions(random);
      // Of few conditions nearly each set is met by some pod, of many by none.
      const all = Array.from({ length: 2 + random.below(7) }, () => conditions.any(1 + random.below(3), []));
      const cond: Cond = { kind: 'and', of: all };
      let witness: ReturnType<typeof decide>;
      try {
        witness = decide([{ cond, holds: true }]);
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        counts.beyond += 1;
        continue;
      }
      const text = `${pods.join('\n')} (assert ${new Smt().cond(cond, new Map())})`;
      const answer = await ask(text);
      if (witness !== undefined) {
        const acceptance = acceptanceOf(witness.pod, witness.request);
        expect('pod' in acceptance && holdsOf(cond, acceptance.pod, witness.request)).toBe(true);
      }
      if (answer === Z3_lbool.Z3_L_UNDEF) counts.unknown += 1;
      else if (answer === Z3_lbool.Z3_L_TRUE) {
        expect(witness, `Z3 knows a pod: ${JSON.stringify(cond)}`).toBeDefined();
        counts.both += 1;
      } else {
        const known = witness !== undefined && isAmongThem(witness.pod);
        expect(known, `Z3 knows no pod: ${JSON.stringify([cond, witness])}`).toBe(false);
        counts.neither += 1;
      }
    }
    expect(counts.both).toBeGreaterThan(90);
    expect(counts.neither).toBeGreaterThan(45);
    expect(counts.unknown + counts.beyond).toBeLessThan(30);
  } finally {
    em.PThread.terminateAllThreads();
  }
});
