/** Capabilities, sysctls, the mount of /proc and runtime classes: lists of names. */
import type { JsonObject } from '../../../manifest/types.js';
import { safeSysctls } from '../../../schema/psp.js';
import { dnsSubdomain } from '../../objects.js';
import { textEdges } from '../edges.js';
import { Unsayable } from '../unsayable.js';
import {
  containersOf,
  type Group,
  groupNames,
  groupTitle,
  listAt,
  nested,
  objectsAt,
  podOfContainer,
  podWith,
  quote,
  valueAt,
} from './samples.js';
import { admitsSysctl, writeSysctls } from './sysctls.js';
import type { Demand, PspField, Sample } from './types.js';

const addPath = ['securityContext', 'capabilities', 'add'] as const;
const capabilityPlace = `container.${addPath.join('.')}[]`;

const podAdding = (group: Group, capability: string): JsonObject =>
  podOfContainer(group, nested(addPath, [capability]));

const capabilities: PspField = {
  places: [capabilityPlace],
  chains: [['container', capabilityPlace]],
  samples: ({ tests }) =>
    groupNames.flatMap((group) =>
      textEdges(tests(capabilityPlace)).map(
        (name): Sample => ({
          pod: podAdding(group, name),
          shows: `${groupTitle[group]} that adds the capability ${quote(name)}`,
        }),
      ),
    ),
  write: ({ tests, denies }) => {
    const asked = tests(capabilityPlace);
    const admits = (name: string) => groupNames.every((group) => !denies(podAdding(group, name)));
    return {
      allowedCapabilities: textEdges(asked).every(admits) ? ['*'] : [...asked.texts].filter(admits),
    };
  },
  tightest: { allowedCapabilities: [] },
  admits: (psp, pod) =>
    containersOf(pod)
      .flatMap((container) => listAt(container, addPath))
      .every((name) => psp.allowedCapabilities.some((allowed) => allowed === '*' || allowed === name)),
};

const sysctlsPath = ['securityContext', 'sysctls'] as const;
const sysctlsPlace = `spec.${sysctlsPath.join('.')}[]`;

const podWithSysctl = (name: string): JsonObject => podWith(nested(sysctlsPath, [{ name, value: '1' }]));

/** What PodSecurityPolicy asks is asked too: whether a sysctl is one of those that it takes for safe. */
function sysctlTests({ tests }: Demand) {
  const asked = tests(`${sysctlsPlace}.name`);
  asked.values(safeSysctls);
  return asked;
}

const sysctls: PspField = {
  places: [`${sysctlsPlace}.name`],
  chains: [[sysctlsPlace]],
  samples: (demand) =>
    textEdges(sysctlTests(demand)).map((name) => ({
      pod: podWithSysctl(name),
      shows: `a pod with the sysctl ${quote(name)}`,
    })),
  write: (demand) => writeSysctls(sysctlTests(demand), (name) => !demand.denies(podWithSysctl(name))),
  tightest: { allowedUnsafeSysctls: [], forbiddenSysctls: safeSysctls },
  admits: (psp, pod) =>
    objectsAt(pod, ['spec', ...sysctlsPath]).every(({ name }) => admitsSysctl(psp, String(name))),
};

const procMountPath = ['securityContext', 'procMount'] as const;
/** All that pod validation takes. */
const procMounts = [undefined, 'Default', 'Unmasked'] as const;

const podMounting = (group: Group, procMount: string | undefined): JsonObject =>
  podOfContainer(group, nested(procMountPath, procMount));

const procMount: PspField = {
  places: [`container.${procMountPath.join('.')}`],
  chains: [['container']],
  samples: () =>
    groupNames.flatMap((group) =>
      procMounts.map((value) => ({
        pod: podMounting(group, value),
        shows: `${groupTitle[group]} with procMount ${value ?? 'unset'}`,
      })),
    ),
  write: ({ denies }) => {
    const allowed = (['Default', 'Unmasked'] as const).filter((value) =>
      groupNames.every((group) => !denies(podMounting(group, value))),
    );
    // An empty list means Default, and so does any list on an API server without the feature gate ProcMountType.
    if (!allowed.includes('Default'))
      throw new Unsayable('PodSecurityPolicy cannot refuse procMount Default');
    return { allowedProcMountTypes: allowed };
  },
  tightest: { allowedProcMountTypes: ['Default'] },
  admits: (psp, pod) =>
    containersOf(pod).every((each) =>
      psp.allowedProcMountTypes.includes(String(valueAt(each, procMountPath) ?? 'Default')),
    ),
};

const runtimeClassPlace = 'spec.runtimeClassName';

const runtimeClassEdges = ({ tests }: Demand): readonly string[] =>
  textEdges(tests(runtimeClassPlace)).filter((name) => name !== '');

const podOfClass = (name: string | undefined): JsonObject => podWith(nested(['runtimeClassName'], name));

const runtimeClass: PspField = {
  places: [runtimeClassPlace],
  chains: [[]],
  samples: (demand) =>
    [undefined, ...runtimeClassEdges(demand)].map((name) => ({
      pod: podOfClass(name),
      shows:
        name === undefined ? 'a pod without a runtime class' : `a pod of the runtime class ${quote(name)}`,
    })),
  write: (demand) => {
    const admits = (name: string) => !demand.denies(podOfClass(name));
    const edges = runtimeClassEdges(demand);
    if (edges.every(admits)) return { runtimeClasses: 'any' };
    // No pod has a class of another kind of name.
    return { runtimeClasses: edges.filter((name) => isListed(demand, name) && admits(name)) };
  },
  tightest: { runtimeClasses: [] },
  admits: (psp, pod) => {
    const name = valueAt(pod, ['spec', 'runtimeClassName']);
    return psp.runtimeClasses === 'any' || name === undefined || psp.runtimeClasses.includes(String(name));
  },
};

function isListed({ tests }: Demand, name: string): boolean {
  return tests(runtimeClassPlace).texts.has(name) && dnsSubdomain.test(name);
}

export const nameFields: readonly PspField[] = [capabilities, sysctls, procMount, runtimeClass];
