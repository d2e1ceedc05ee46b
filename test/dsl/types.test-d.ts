/** The types behind completion: which fields a path has, and what a term is of. */
import { describe, expectTypeOf, it } from 'vitest';
import {
  concat,
  control,
  denying,
  type Each,
  effective,
  firstPresent,
  ifAny,
  items,
  joined,
  type LevelReference,
  lookup,
  type MapEntry,
  named,
  type Path,
  plural,
  pod,
  podAndContainers,
  quotedList,
  request,
  sequence,
  size,
  type Term,
  value,
  type Wording,
  type Words,
} from '../../src/dsl/index.js';
import type { Container, Pod, SecurityContext, Volume } from '../../src/schema/index.js';

describe('a path', () => {
  it('is of the field’s type, without its absence', () => {
    expectTypeOf(pod).toEqualTypeOf<Path<Pod>>();
    expectTypeOf(pod.spec.hostPID).toEqualTypeOf<Path<boolean>>();
    expectTypeOf(pod.spec.securityContext.runAsUser).toEqualTypeOf<Path<number>>();
    expectTypeOf(pod.spec.containers).toEqualTypeOf<Path<readonly Container[]>>();
    expectTypeOf<Path<SecurityContext>['procMount']>().toEqualTypeOf<Path<'Default' | 'Unmasked'>>();
  });

  it('has the fields of its object, and no other', () => {
    expectTypeOf(pod.spec).toHaveProperty('hostPID');
    expectTypeOf(pod.spec).not.toHaveProperty('hostPIDD');
    expectTypeOf(pod.spec).not.toHaveProperty('privileged');
    expectTypeOf<Path<Volume>>().toHaveProperty('hostPath');
    expectTypeOf<Path<MapEntry>>().toHaveProperty('suffix');
  });

  it('ends at a list, a map and a scalar', () => {
    expectTypeOf(pod.spec.containers).not.toHaveProperty('name');
    expectTypeOf(pod.spec.containers).not.toHaveProperty('length');
    expectTypeOf(pod.spec.containers).not.toHaveProperty(0);
    expectTypeOf(pod.metadata.labels).not.toHaveProperty('app');
    expectTypeOf(pod.spec.hostname).not.toHaveProperty('length');
  });

  it('is no value', () => {
    expectTypeOf(pod.spec.hostPID).not.toExtend<boolean>();
    expectTypeOf(pod.spec.hostname).not.toExtend<string>();
  });

  it('is of one type', () => {
    expectTypeOf<Path<string>>().not.toExtend<Path<number>>();
    expectTypeOf<Path<'a' | 'b'>>().toExtend<Path<string>>();
    expectTypeOf<Path<string>>().not.toExtend<Path<'a' | 'b'>>();
  });
});

describe('a term', () => {
  it('is of the type of what it reads', () => {
    expectTypeOf(value(pod.spec.hostPID, false)).toEqualTypeOf<Term<boolean>>();
    expectTypeOf(value(pod.spec.priority, 0)).toEqualTypeOf<Term<number>>();
    expectTypeOf(value(pod.spec.restartPolicy, '')).toEqualTypeOf<Term<'Always' | 'Never' | 'OnFailure'>>();
    expectTypeOf(effective([pod.spec.hostname], '')).toEqualTypeOf<Term<string>>();
    expectTypeOf(lookup(pod.metadata.labels, 'a', '')).toEqualTypeOf<Term<string>>();
    expectTypeOf(firstPresent(pod.spec, ['os'], '')).toEqualTypeOf<Term<string>>();
    expectTypeOf(size(items(pod.spec.volumes))).toEqualTypeOf<Term<number>>();
    expectTypeOf(concat('a')).toEqualTypeOf<Term<string>>();
    expectTypeOf(request('operation')).toEqualTypeOf<Term<'CREATE' | 'UPDATE'>>();
  });
});

describe('a version', () => {
  it('is one that the pinned Kubernetes has, or the newest', () => {
    expectTypeOf<'restricted@v1.0'>().toExtend<LevelReference>();
    expectTypeOf<'baseline@v1.37'>().toExtend<LevelReference>();
    expectTypeOf<'privileged@latest'>().toExtend<LevelReference>();
    expectTypeOf<'restricted@v1.38'>().not.toExtend<LevelReference>();
    expectTypeOf<`restricted@v1.${number}`>().not.toExtend<LevelReference>();
  });
});

describe('wording', () => {
  it('knows the collections that it names', () => {
    expectTypeOf(sequence('a', quotedList('x'), ifAny('y', named('z', 'a', 'b')))).toEqualTypeOf<
      Wording<'x' | 'y' | 'z'>
    >();
    expectTypeOf(plural(['x', 'y'], 'a', 'b')).toEqualTypeOf<Wording<'x' | 'y'>>();
    expectTypeOf(podAndContainers('x', 'y')).toEqualTypeOf<Wording<'x' | 'y'>>();
    expectTypeOf(joined(', ', 'a')).toEqualTypeOf<Wording<never>>();
  });

  it('is of a control that has them, and more', () => {
    const of = denying();
    control({ id: 'a', collections: { x: of, y: of }, reason: 'a', detail: quotedList('x') });
    control({ id: 'a', collections: { x: of }, reason: plural('x', 'a', 'b') });
    expectTypeOf<Wording<'x'>>().toExtend<Words<'x' | 'y'>>();
    expectTypeOf<Wording<'x' | 'y'>>().not.toExtend<Words<'x'>>();
  });

  it('takes any name where the names of the collections are not known', () => {
    const name: string = 'x';
    control({ id: 'a', collections: { [name]: denying() }, reason: 'a', detail: quotedList(name) });
    expectTypeOf(quotedList(name)).toEqualTypeOf<Wording<string>>();
  });
});

describe('a source', () => {
  it('is of the elements of its list', () => {
    expectTypeOf(items(pod.spec.volumes)).toEqualTypeOf<Each<Volume>>();
    expectTypeOf(items(pod.spec.securityContext.supplementalGroups)).toEqualTypeOf<Each<number>>();
  });
});
