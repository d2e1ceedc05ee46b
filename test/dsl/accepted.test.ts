/** What an author may write compiles, is well-formed, and is the IR that it looks like. */
import { describe, expect, it } from 'vitest';
import {
  and,
  type Cond,
  concat,
  containers,
  control,
  definePolicy,
  denying,
  denyingDistinct,
  each,
  effective,
  emptyList,
  entries,
  equal,
  every,
  firstPresent,
  glob,
  hasKey,
  isFalse,
  isTrue,
  items,
  itself,
  lookup,
  matches,
  nameOf,
  namespaceLabel,
  not,
  oldContainers,
  oldPod,
  once,
  oneOf,
  or,
  pathPrefix,
  pod,
  present,
  quoted,
  quotedList,
  request,
  sameParts,
  sequence,
  showing,
  size,
  some,
  userGroups,
  value,
  within,
} from '../../src/dsl/index.js';
import { checkPolicy } from '../../src/ir/check.js';
import { printCond, printPolicy } from '../../src/ir/print.js';

const conditions: [cond: Cond, printed: string][] = [
  [isTrue(pod.spec.hostPID), 'value(pod.spec.hostPID, false) = true'],
  [isFalse(pod.spec.hostUsers), 'value(pod.spec.hostUsers, true) = false'],
  [present(pod.spec.securityContext.seccompProfile), 'present(pod.spec.securityContext.seccompProfile)'],
  [present(oldPod.metadata.labels), 'present(old.metadata.labels)'],
  [equal(value(pod.spec.hostname, ''), 'a'), 'pod.spec.hostname = "a"'],
  [
    equal(value(pod.spec.hostname, 'x'), value(pod.spec.subdomain, 'y')),
    'value(pod.spec.hostname, "x") = value(pod.spec.subdomain, "y")',
  ],
  [equal(value(pod.spec.dnsPolicy, ''), 'ClusterFirst'), 'pod.spec.dnsPolicy = "ClusterFirst"'],
  [
    oneOf(value(pod.spec.dnsPolicy, 'Default'), ['None', 'Default']),
    'value(pod.spec.dnsPolicy, "Default") in ["None", "Default"]',
  ],
  [
    within(value(pod.spec.securityContext.runAsUser, -1), { min: 1, max: 65535 }),
    'value(pod.spec.securityContext.runAsUser, -1) within [1 to 65535]',
  ],
  [
    matches(value(pod.spec.hostname, ''), glob('a*'), pathPrefix('/b')),
    'pod.spec.hostname matches [glob "a*", pathPrefix "/b"]',
  ],
  [
    sameParts(value(pod.spec.securityContext.seLinuxOptions.level, ''), 's0:c1', ':'),
    'sameParts(pod.spec.securityContext.seLinuxOptions.level, "s0:c1", ":")',
  ],
  [
    emptyList(pod.spec.securityContext.supplementalGroups),
    'emptyList(pod.spec.securityContext.supplementalGroups)',
  ],
  [hasKey(pod.metadata.annotations, 'a/b'), 'hasKey(pod.metadata.annotations, "a/b")'],
  [
    equal(lookup(pod.metadata.labels, nameOf(pod.metadata), ''), 'x'),
    'lookup(pod.metadata.labels, pod.metadata.name, "") = "x"',
  ],
  [equal(size(items(pod.spec.volumes)), 0), 'size(pod.spec.volumes) = 0'],
  [equal(size(containers(['init'])), 2), 'size(containers(init)) = 2'],
  [equal(request('operation'), 'UPDATE'), 'request(operation) = "UPDATE"'],
  [equal(request('user'), 'system:admin'), 'request(user) = "system:admin"'],
  [equal(namespaceLabel('env', ''), 'prod'), 'namespaceLabel("env", "") = "prod"'],
  [
    equal(concat('a', quoted(value(pod.spec.hostname, ''))), 'b'),
    'concat("a", quoted(pod.spec.hostname)) = "b"',
  ],
  [
    and(isTrue(pod.spec.hostIPC), or(), not(and())),
    'value(pod.spec.hostIPC, false) = true and or() and not(and())',
  ],
];

/** Those with elements, whose names are made canonical when the control is built. */
const quantified: [cond: Cond, printed: string][] = [
  [
    some(containers(), (c) => isTrue(c.securityContext.privileged)),
    'some container in containers(init, regular, ephemeral): value(container.securityContext.privileged, false) = true',
  ],
  [
    some(containers(), (c) => some(items(c.ports), (port) => equal(value(port.hostPort, 0), 80))),
    'some container in containers(init, regular, ephemeral): some port in container.ports: value(port.hostPort, 0) = 80',
  ],
  [
    some(containers(), (c) =>
      equal(effective([c.securityContext.runAsUser, pod.spec.securityContext.runAsUser], 0), 0),
    ),
    'some container in containers(init, regular, ephemeral): effective([container.securityContext.runAsUser, pod.spec.securityContext.runAsUser], 0) = 0',
  ],
  [
    some(containers(), (c) => equal(value(c.securityContext.procMount, 'Default'), 'Unmasked')),
    'some container in containers(init, regular, ephemeral): value(container.securityContext.procMount, "Default") = "Unmasked"',
  ],
  [
    every(oldContainers(['regular']), (c) => equal(nameOf(c), 'a')),
    'every oldContainer in oldContainers(regular): oldContainer.name = "a"',
  ],
  [
    some(items(pod.spec.volumes), (v) => equal(firstPresent(v, ['hostPath', 'nfs'], 'other'), 'nfs')),
    'some volume in pod.spec.volumes: firstPresent(volume, [hostPath, nfs], "other") = "nfs"',
  ],
  [
    some(entries(pod.metadata.annotations, 'a/'), (e) => equal(value(e.suffix, ''), value(e.value, ''))),
    'some entry in entries(pod.metadata.annotations, "a/"): entry.suffix = entry.value',
  ],
  [some(userGroups, (g) => equal(itself(g), 'dev')), 'some group in userGroups: group = "dev"'],
  [
    every(items(pod.spec.securityContext.supplementalGroups), (g) => within(value(g, 0), { min: 1, max: 9 })),
    'every supplementalGroup in pod.spec.securityContext.supplementalGroups: value(supplementalGroup, 0) within [1 to 9]',
  ],
];

function policyOf(where: Cond) {
  const found = denying(once({ where, show: 'pod', at: pod.spec }));
  return definePolicy({
    name: 'test',
    controls: [control({ id: 'test', reason: 'test', collections: { found } })],
  });
}

describe('what an author writes', () => {
  it.each(conditions)('is the condition %#: %j', (cond, printed) => {
    expect(printCond(cond.cond)).toBe(printed);
    expect(checkPolicy(policyOf(cond).ir)).toEqual([]);
  });

  it.each(quantified)('has names that say what they are %#', (cond, printed) => {
    const { ir } = policyOf(cond);
    const [where] = ir.controls[0]?.collections[0]?.from ?? [];
    expect(where && printCond(where.where)).toBe(printed);
    expect(checkPolicy(ir)).toEqual([]);
  });

  it('makes a whole policy', () => {
    const { ir } = definePolicy({
      name: 'registries',
      parameters: { allowed: ['example.com/*'] },
      controls: ({ allowed }) => [
        control({
          id: 'imageRegistry',
          unless: equal(value(pod.spec.os.name, ''), 'windows'),
          collections: {
            containers: denying(
              each(containers(), (c) => ({
                where: not(matches(value(c.image, ''), ...allowed.map(glob))),
                show: nameOf(c),
                at: c.image,
              })),
            ),
            images: showing(
              each(containers(), (c) => ({ where: present(c.image), show: value(c.image, ''), at: c.image })),
            ),
            ports: denyingDistinct(
              each(
                containers(['regular']),
                (c) => items(c.ports),
                (c, port) => ({
                  where: equal(value(port.name, ''), nameOf(c)),
                  show: value(port.containerPort, 0),
                  at: port.name,
                }),
              ),
            ),
          },
          reason: 'image registry',
          detail: sequence('images ', quotedList('images')),
        }),
      ],
    });
    expect(checkPolicy(ir)).toEqual([]);
    expect(printPolicy(ir)).toBe(`policy registries, mode audit, IR 3
  not in namespaces kube-system, kube-public, kube-node-lease
  control imageRegistry (custom)
    unless pod.spec.os.name = "windows"
    deny containers: for container in containers(init, regular, ephemeral)
      where not(container.image matches [glob "example.com/*"])
      show container.name  at container.image
    list images, sorted and distinct: for container2 in containers(init, regular, ephemeral)
      where present(container2.image)
      show container2.image  at container2.image
    deny ports, sorted and distinct: for container3 in containers(regular), port in container3.ports
      where port.name = container3.name
      show value(port.containerPort, 0)  at port.name
    reason "image registry"
    detail sequence("images ", quotedList(images, ", "))
`);
  });

  it('is the same IR whenever it is built', () => {
    const build = () =>
      policyOf(some(containers(), (c) => some(items(c.env), (e) => present(e.valueFrom)))).ir;
    expect(JSON.stringify(build())).toBe(JSON.stringify(build()));
  });
});
