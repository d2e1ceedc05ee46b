/** Mutants of a control: of its relaxations, of what it gathers, and of its wording. */
import { checkPolicy } from '../../src/ir/check.js';
import type { Collection, Comprehension, Control, Policy } from '../../src/ir/types.js';
import { rootScope, type Scope } from '../../src/ir/typing.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import { condMutants } from './conds.js';
import { changed, inEach, inPart, type Mutant, reordered } from './mutant.js';
import { bound, refMutants, sourceMutants } from './places.js';
import { termMutants } from './terms.js';
import { textMutants } from './wording.js';

const nothing = levelPolicy('privileged', newestMinor);

/** A policy of this control alone. */
export function alone(control: Control): Policy {
  return { ...nothing, controls: [control] };
}

/** Every mutant of a control that is a control: those that `checkPolicy` refuses no policy can have. Each is another one. */
export function controlMutants(control: Control): Mutant<Control>[] {
  const seen = new Set([JSON.stringify(control)]);
  return anyMutants(control).filter(({ node }) => {
    const text = JSON.stringify(node);
    if (seen.has(text)) return false;
    seen.add(text);
    return checkPolicy(alone(node)).length === 0;
  });
}

function anyMutants(control: Control): Mutant<Control>[] {
  const names = control.collections.map(({ name }) => name);
  return [
    ...inPart('unless', condMutants(control.unless, rootScope), (unless) => ({ ...control, unless })),
    ...control.collections.flatMap((collection, index) =>
      inPart(collection.name, collectionMutants(collection), (each) => ({
        ...control,
        collections: control.collections.with(index, each),
      })),
    ),
    ...inPart('reason', textMutants(control.reason, names), (reason) => ({ ...control, reason })),
    ...inPart('detail', textMutants(control.detail, names), (detail) => ({ ...control, detail })),
  ];
}

function collectionMutants(collection: Collection): Mutant<Collection>[] {
  return [
    changed(collection.distinct ? 'not distinct' : 'distinct', {
      ...collection,
      distinct: !collection.distinct,
    }),
    changed(collection.denies ? 'does not deny' : 'denies', { ...collection, denies: !collection.denies }),
    ...inPart(
      'from',
      [...inEach(collection.from, comprehensionMutants), ...reordered(collection.from)],
      (from) => ({ ...collection, from }),
    ),
  ];
}

function comprehensionMutants(comprehension: Comprehension): Mutant<Comprehension>[] {
  const { over, where, show, at } = comprehension;
  const mutants: Mutant<Comprehension>[] = [];
  let scope: Scope = rootScope;
  for (const [index, binding] of over.entries()) {
    mutants.push(
      ...inPart(`over[${index}].in`, sourceMutants(binding.in, scope), (source) => ({
        ...comprehension,
        over: over.with(index, { ...binding, in: source }),
      })),
    );
    scope = bound(scope, binding.bind, binding.in);
  }
  return [
    ...inPart('over', [...inEach(over, () => []), ...reordered(over)], (each) => ({
      ...comprehension,
      over: each,
    })),
    ...mutants,
    ...inPart('where', condMutants(where, scope), (each) => ({ ...comprehension, where: each })),
    ...inPart('show', termMutants(show, scope), (each) => ({ ...comprehension, show: each })),
    ...inPart('at', refMutants(at, scope), (each) => ({ ...comprehension, at: each })),
  ];
}
