import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/index.js';
import { controlNode } from '../../src/dsl/control.js';
import { evaluate } from '../../src/evaluate.js';
import { activeControls, allRevisions, levelControls, levelPolicy, levels } from '../../src/levels/levels.js';
import { formatVersion, isMinor, newestMinor, parseVersion } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import type { Pod } from '../../src/schema/index.js';

const nothing = levelPolicy('privileged', newestMinor);

function admitted(pod: Pod): JsonObject {
  const admission = admit(JSON.parse(JSON.stringify(pod)));
  if (admission.kind !== 'workload' || admission.pod === undefined)
    throw new TypeError('an example is no pod');
  expect(admission.problems).toEqual([]);
  return admission.pod;
}

describe.each(levelControls)('$id', ({ id, level, title, rule, why, fix, revisions }) => {
  it.each(revisions)(
    'since v1.$since denies its denied example and allows the other',
    ({ body, denied, allowed }) => {
      const policy = { ...nothing, controls: [controlNode(id, level, body)] };
      expect(evaluate(policy, admitted(denied)).map((finding) => finding.control)).toEqual([id]);
      expect(evaluate(policy, admitted(allowed))).toEqual([]);
    },
  );

  it('says in words what it demands, why, and what to do', () => {
    for (const text of [title, rule, why, fix, ...revisions.map(({ change }) => change)])
      expect(text).toMatch(/\w{3}/);
    expect(rule).toMatch(/Restricted fields:\n/i);
    expect(rule).toMatch(/Allowed values: /);
  });
});

describe('levels', () => {
  it('privileged admits everything', () => {
    for (let minor = 0; minor <= newestMinor; minor++) {
      if (isMinor(minor)) expect(activeControls('privileged', minor)).toEqual([]);
    }
  });

  it('exist at every version, each with at least the controls of the one before it in strictness', () => {
    for (let minor = 0; minor <= newestMinor; minor++) {
      const version = parseVersion(`v1.${minor}`);
      if (version === undefined) throw new RangeError(`v1.${minor}`);
      expect(formatVersion(version)).toBe(`v1.${minor}`);
      const sizes = levels.map((level) => levelPolicy(level, version).controls.length);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    }
  });

  it('make the same IR each time', () => {
    const twice = [0, 1].map(() => JSON.stringify(allRevisions()));
    expect(twice[0]).toBe(twice[1]);
  });
});

describe('policy versions', () => {
  it('are read with and without v, and as latest', () => {
    expect(parseVersion('latest')).toBe(newestMinor);
    expect(parseVersion('v1.0')).toBe(0);
    expect(parseVersion('1.25')).toBe(25);
    expect(parseVersion(`v1.${newestMinor}`)).toBe(newestMinor);
  });

  it.each([
    `1.${newestMinor + 1}`,
    '1.-1',
    '1',
    'v1',
    '1.25.3',
    '2.0',
    '',
    'v1.025',
    '1.1e1',
    'LATEST',
    ' 1.25',
    '1.99999',
  ])('refuses %j', (text) => expect(parseVersion(text)).toBeUndefined());
});
