/**
 * What a 1.24 API server refuses, with its place. That it refuses just these is shown by the step psp-read of
 * the conformance run, on random policies.
 */
import { describe, expect, test } from 'vitest';
import { psp, pspWith, read } from './read.js';

test('a policy without mistakes is read, and nothing is said', async () => {
  expect(await read(psp('hostPID: false'))).toEqual({ names: ['p'], said: [] });
});

describe('in the spec', () => {
  test.each<[string, string]>([
    [
      'privilegd: true',
      '10:14 error unknown-field: spec has no field `privilegd` -> did you mean `privileged`?',
    ],
    [
      'allowedFlexibleResourceRanges: []',
      '10:34 error unknown-field: spec has no field `allowedFlexibleResourceRanges` -> did you mean `allowedFlexVolumes`?',
    ],
    [
      'privileged: "false"',
      '10:15 error wrong-type: spec.privileged has to be true or false, not the string `false` -> write false without quotes',
    ],
    [
      'runAsGroup: {rule: MustRunAs}',
      '10:15 error psp-invalid: runAsGroup has the rule MustRunAs and no ranges -> give at least one',
    ],
    [
      'runAsGroup: {rule: RunAsAny, ranges: [{min: 1, max: 2}]}',
      '10:40 error psp-invalid: runAsGroup has ranges, which RunAsAny may not have -> remove them, or use the rule MayRunAs or MustRunAs',
    ],
    [
      'runAsGroup: {rule: MayRunAs, ranges: [{min: -1, max: 2}]}',
      '10:47 error psp-invalid: the id -1 is negative -> write the ends of a range of ids, the smaller one first',
    ],
    [
      'runAsGroup: {}',
      '10:15 error psp-invalid: runAsGroup.rule is missing -> write one of `MustRunAs`, `MayRunAs`, `RunAsAny`',
    ],
    [
      'requiredDropCapabilities: [ALL]\nallowedCapabilities: ["*"]',
      '10:29 error psp-invalid: requiredDropCapabilities has to be empty where allowedCapabilities has `*` -> remove one of them',
    ],
    [
      'requiredDropCapabilities: [KILL]\ndefaultAddCapabilities: [CHOWN, KILL]',
      '11:35 error psp-invalid: `KILL` is in defaultAddCapabilities and in requiredDropCapabilities -> keep it in one of them',
    ],
    [
      'defaultAllowPrivilegeEscalation: true\nallowPrivilegeEscalation: false',
      '10:36 error psp-invalid: defaultAllowPrivilegeEscalation is true where allowPrivilegeEscalation is false -> set both to true, or remove the default',
    ],
    [
      'allowedProcMountTypes: [unmasked]',
      '10:27 error psp-invalid: allowedProcMountTypes cannot be `unmasked` -> did you mean `Unmasked`?',
    ],
    [
      'allowedHostPaths: [{pathPrefix: /a/../b}, {readOnly: true}]',
      '10:35 error psp-invalid: the path prefix `/a/../b` has an element `..` -> write the path that is meant',
    ],
    [
      'allowedHostPaths: [{readOnly: true}]',
      '10:22 error psp-invalid: the path prefix is missing -> give the path prefix',
    ],
    ['allowedFlexVolumes: [{}]', '10:24 error psp-invalid: the driver is missing -> give the driver'],
    [
      'allowedCSIDrivers: [{name: a b}]',
      '10:30 error psp-invalid: `a b` is no name of a CSI driver -> use up to 63 letters, digits, `-` and `.`',
    ],
    [
      'allowedUnsafeSysctls: [net/core]',
      '10:26 error psp-invalid: `net/core` is no sysctl -> write a name with dots, such as `net.core.somaxconn`, or a beginning with `*` at its end',
    ],
    [
      'forbiddenSysctls: ["*", a.b]',
      '10:21 error psp-invalid: forbiddenSysctls has `*` and others -> remove the others, or `*`',
    ],
    [
      'allowedUnsafeSysctls: [net.core.somaxconn]\nforbiddenSysctls: ["net.*"]',
      '10:26 error psp-invalid: `net.core.somaxconn` of allowedUnsafeSysctls and `net.*` of forbiddenSysctls are both of one sysctl -> allow or forbid it',
    ],
    [
      'runtimeClass: {allowedRuntimeClassNames: [a, a]}',
      '10:48 error psp-invalid: the runtime class `a` is listed twice -> list it once',
    ],
    [
      'runtimeClass: {allowedRuntimeClassNames: [a], defaultRuntimeClassName: b}',
      '10:74 error psp-invalid: the default `b` is not among the runtime classes that are allowed -> allow it',
    ],
    [
      'runtimeClass: {allowedRuntimeClassNames: [A]}',
      '10:45 error psp-invalid: `A` is no name of a runtime class -> use lower-case letters, digits, `-` and `.`',
    ],
  ])('%s', async (line, expected) => {
    const { names, said } = await read(psp(line));
    expect(names).toEqual([]);
    expect(said[0]).toBe(expected);
  });

  test.each<[string, string, string]>([
    [
      'runAsUser',
      'runAsUser: {rule: MayRunAs}',
      '10:21 error psp-invalid: runAsUser.rule cannot be `MayRunAs` -> write one of `MustRunAs`, `MustRunAsNonRoot`, `RunAsAny`',
    ],
    [
      'seLinux',
      'seLinux: {}',
      '10:12 error psp-invalid: seLinux.rule is missing -> write one of `MustRunAs`, `RunAsAny`',
    ],
    [
      'fsGroup',
      'fsGroup: {rule: MustRunAs, ranges: [{min: 9, max: 1}]}',
      '10:45 error psp-invalid: the range 9 to 1 ends before it begins -> write the ends of a range of ids, the smaller one first',
    ],
    [
      'supplementalGroups',
      '',
      '4:1 error psp-invalid: supplementalGroups.rule is missing -> write one of `MustRunAs`, `MayRunAs`, `RunAsAny`',
    ],
    [
      'volumes',
      'volumes: [cephfs]',
      '10:13 error psp-invalid: volumes cannot be `cephfs` -> did you mean `cephFS`?',
    ],
  ])('%s: %s', async (field, line, expected) => {
    const { names, said } = await read(pspWith(field, line));
    expect(names).toEqual([]);
    expect(said[0]?.replace(/^[45]:\d+ /, '4:1 ')).toBe(expected);
  });
});

describe('in the annotations', () => {
  const seccomp = 'seccomp.security.alpha.kubernetes.io';
  const appArmor = 'apparmor.security.beta.kubernetes.io';
  const hint = 'write `runtime/default`, `unconfined` or `localhost/NAME`';

  test.each<[string, string | undefined]>([
    [
      `${seccomp}/allowedProfileNames: "runtime/default,"`,
      `a profile has no name -> ${hint}, or \`*\` for all`,
    ],
    [
      `${seccomp}/allowedProfileNames: "runtime/default, unconfined"`,
      `\` unconfined\` is no name of a profile -> ${hint}, or \`*\` for all`,
    ],
    [
      `${seccomp}/allowedProfileNames: "localhost/../a"`,
      `\`localhost/../a\` is no name of a profile -> ${hint}, or \`*\` for all`,
    ],
    [
      `${seccomp}/defaultProfileName: RuntimeDefault`,
      `\`RuntimeDefault\` is no name of a profile -> ${hint}, or \`*\` for all`,
    ],
    [`${appArmor}/allowedProfileNames: "*"`, `\`*\` is no name of a profile -> ${hint}`],
    [
      `${appArmor}/defaultProfileName: docker/default`,
      `\`docker/default\` is no name of a profile -> ${hint}`,
    ],
    [`${appArmor}/allowedProfileNames: "runtime/default,"`, undefined],
    [`${seccomp}/allowedProfileNames: ""`, undefined],
  ])('%s', async (annotation, expected) => {
    const { names, said } = await read(psp('', annotation));
    const errors = said.filter((each) => each.includes(' error '));
    if (expected === undefined) expect({ names, errors }).toEqual({ names: ['p'], errors: [] });
    else expect(errors[0]).toContain(`error psp-invalid: ${expected}`);
  });
});

describe('around it', () => {
  test.each<[string, string, string]>([
    [
      'policy/v1beta1',
      'policy/v1',
      '1:13 error psp-invalid: there is no PodSecurityPolicy in `policy/v1` -> write policy/v1beta1',
    ],
    [
      'PodSecurityPolicy',
      'PodSecurityPolicies',
      '2:7 error psp-invalid: there is no kind `PodSecurityPolicies` -> did you mean `PodSecurityPolicy`?',
    ],
    [
      'name: p',
      'name: P_',
      '3:18 error psp-invalid: `P_` is no name for a policy -> use up to 253 lower-case letters, digits, `-` and `.`',
    ],
    [
      'name: p, ',
      '',
      '3:11 error psp-invalid: the policy has no name -> use up to 253 lower-case letters, digits, `-` and `.`',
    ],
  ])('%s as %s', async (from, to, expected) => {
    expect((await read(psp('').replace(from, to))).said).toEqual([expected]);
  });

  test('extensions/v1beta1 is read, and lists, and JSON', async () => {
    expect((await read(psp('').replace('policy/v1beta1', 'extensions/v1beta1'))).names).toEqual(['p']);
    const rule = { rule: 'RunAsAny' };
    const one = (name: string) => ({
      apiVersion: 'policy/v1beta1',
      kind: 'PodSecurityPolicy',
      metadata: { name },
      spec: { runAsUser: rule, seLinux: rule, supplementalGroups: rule, fsGroup: rule },
    });
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [one('a'), { apiVersion: 'v1', kind: 'Secret' }, one('b')],
    };
    expect((await read(JSON.stringify(list), 'psp.json')).names).toEqual(['a', 'b']);
    expect((await read(`${psp('')}---\n${psp('').replace('name: p', 'name: q')}`)).names).toEqual(['p', 'q']);
  });

  test('a manifest without one is no policy', async () => {
    const { said } = await read('apiVersion: v1\nkind: Secret\n');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(
      'error policy-file: the manifest has no PodSecurityPolicy and no namespace, so it is no policy',
    );
  });

  test('of several, one mistake is enough for none to be used', async () => {
    const { names, said } = await read(`${psp('')}---\n${psp('hostPIDs: true')}`);
    expect(names).toEqual([]);
    expect(said).toHaveLength(1);
  });
});
