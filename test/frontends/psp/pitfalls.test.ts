/** What is said of policies that the API server takes; that they admit nothing is what golden/psp-read has of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pspRows } from '../../../engines/policies/psp-rows.js';
import { type AnsweredRow, answerFiles } from '../../../engines/psp-answers.js';
import { readPsp } from '../../../src/frontends/psp/index.js';
import type { Document, JsonObject } from '../../../src/manifest/types.js';
import { psp, pspWith, read } from './read.js';

const seccomp = 'seccomp.security.alpha.kubernetes.io';
const appArmor = 'apparmor.security.beta.kubernetes.io';

describe('warned of, and read', () => {
  test.each<[string, string]>([
    [
      pspWith('runAsUser', 'runAsUser: {rule: MustRunAs}'),
      'psp-admits-nothing: the policy admits no pod: runAsUser has the rule MustRunAs and no ranges',
    ],
    [
      pspWith('fsGroup', 'fsGroup: {rule: MayRunAs}'),
      'psp-admits-nothing: the policy admits no pod: fsGroup has the rule MayRunAs and no ranges',
    ],
    [
      pspWith('seLinux', 'seLinux: {rule: MustRunAs}'),
      'psp-admits-nothing: the policy admits no pod: seLinux has the rule MustRunAs and no seLinuxOptions',
    ],
    [
      psp('', `${seccomp}/defaultProfileName: unconfined`),
      'psp-admits-nothing: the policy admits no pod: it writes a seccomp profile where none is set, and allows none',
    ],
    [
      psp('', `${appArmor}/allowedProfileNames: ""`),
      'psp-admits-nothing: the policy admits no pod: each container has to have one of no AppArmor profiles',
    ],
    [
      psp('', `${seccomp}/allowedProfileNames: runtime/default, ${seccomp}/defaultProfileName: unconfined`),
      'psp-pitfall: the default seccomp profile is not allowed, so a pod without one is refused',
    ],
    [
      psp('', `${appArmor}/allowedProfileNames: "localhost/*"`),
      'psp-pitfall: `localhost/*` allows the profile of that name alone',
    ],
    [
      pspWith('volumes', 'volumes: [emptyDir]'),
      'psp-pitfall: the token of the service account, which nearly every pod is given, is a volume that is not allowed',
    ],
    [psp('hostPorts: [{min: 9, max: 1}]'), 'psp-pitfall: the range 9 to 1 holds no port'],
    [
      psp('hostNetwork: true'),
      'psp-pitfall: in the network of the host, a port of a container is a host port, and hostPorts allows none',
    ],
    [
      pspWith('volumes', 'volumes: [secret]\n  allowedHostPaths: [{pathPrefix: /a}]'),
      'psp-pitfall: allowedHostPaths has no effect: volumes does not allow `hostPath`',
    ],
    [
      psp('privileged: true\nallowPrivilegeEscalation: false'),
      'psp-pitfall: no privileged container gets in',
    ],
    [
      psp('allowedProcMountTypes: [Unmasked]'),
      'psp-pitfall: a container that says nothing has the procMount `Default`, which is not allowed',
    ],
  ])('%#', async (text, expected) => {
    const { names, said } = await read(text);
    expect(names).toEqual(['p']);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^\d+:\d+ warning /);
    expect(said[0]).toContain(expected);
  });

  test.each<[string]>([
    [
      psp(
        '',
        `${seccomp}/allowedProfileNames: docker/default, ${seccomp}/defaultProfileName: runtime/default`,
      ),
    ],
    [psp('', `${seccomp}/allowedProfileNames: "*", ${seccomp}/defaultProfileName: unconfined`)],
    [psp('', `${appArmor}/allowedProfileNames: "unconfined,", ${appArmor}/defaultProfileName: unconfined`)],
    [pspWith('volumes', 'volumes: [secret]')],
    [pspWith('volumes', 'volumes: [projected, hostPath]\n  allowedHostPaths: [{pathPrefix: /a}]')],
    [psp('hostNetwork: true\nhostPorts: [{min: 1, max: 1}]')],
    [psp('privileged: true')],
    [pspWith('runAsUser', 'runAsUser: {rule: MustRunAs, ranges: [{min: 1, max: 1}]}')],
  ])('and not: %#', async (text) => {
    expect(await read(text)).toEqual({ names: ['p'], said: [] });
  });
});

test('of the rows by hand, those that are said to admit nothing, and no others, admit no pod', () => {
  const answered: readonly AnsweredRow[] = JSON.parse(readFileSync(answerFiles.rows, 'utf8'));
  const saysNothing = (value: JsonObject) => {
    const place = { file: 'psp.json' };
    const document: Document = { ...place, place, value, spellings: [], placeOf: () => place };
    return readPsp(document).diagnostics.some(({ code }) => code === 'psp-admits-nothing');
  };
  const dead = pspRows.map(({ psp }) => saysNothing(psp));
  expect(dead.filter((each) => each).length).toBeGreaterThan(6);
  const admitting = answered.map(({ pods }) => pods.some((each) => each?.admitted));
  expect(dead.map((each) => !each)).toEqual(admitting);
});
