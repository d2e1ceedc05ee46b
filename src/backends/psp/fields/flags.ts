/** Flags that may be forbidden: privileged, and the namespaces of the host. */
import type { JsonObject } from '../../../manifest/types.js';

import { Unsayable } from '../unsayable.js';
import { containersOf, groupNames, groupTitle, nested, podOfContainer, podWith, valueAt } from './samples.js';
import type { PspField, Sample } from './types.js';

const flags = [undefined, false, true] as const;
const said = (flag: boolean | undefined) => (flag === undefined ? 'unset' : String(flag));

function hostField(name: 'hostNetwork' | 'hostPID' | 'hostIPC'): PspField {
  return {
    places: [`spec.${name}`],
    chains: [[]],
    samples: () =>
      flags.map((flag) => ({ pod: podWith(nested([name], flag)), shows: `${name} ${said(flag)}` })),
    write: ({ denies }) => ({ [name]: !denies(podWith({ [name]: true })) }),
    tightest: { [name]: false },
    admits: (psp, pod) => psp[name] || valueAt(pod, ['spec', name]) !== true,
  };
}

const privilegedPath = ['securityContext', 'privileged'] as const;

const privileged: PspField = {
  places: ['container.securityContext.privileged'],
  chains: [['container']],
  samples: () =>
    groupNames.flatMap((group) =>
      flags.map(
        (flag): Sample => ({
          pod: podOfContainer(group, nested(privilegedPath, flag)),
          shows: `${groupTitle[group]} with privileged ${said(flag)}`,
        }),
      ),
    ),
  write: ({ denies }) => ({
    privileged: !groupNames.some((group) => denies(podOfContainer(group, nested(privilegedPath, true)))),
  }),
  tightest: { privileged: false },
  admits: (psp, pod) =>
    psp.privileged || containersOf(pod).every((each) => valueAt(each, privilegedPath) !== true),
};

/**
 * There is no field for HostProcess, and pod validation demands hostNetwork wherever a pod or a container sets it: where the
 * host's network is forbidden, so is HostProcess.
 */
const hostProcessPath = ['securityContext', 'windowsOptions', 'hostProcess'] as const;

const hostProcess: PspField = {
  places: [`spec.${hostProcessPath.join('.')}`, `container.${hostProcessPath.join('.')}`],
  chains: [[], ['container']],
  samples: () =>
    groupNames.flatMap((group) =>
      flags.flatMap((ofPod) =>
        flags.map((own) => ({
          pod: podOfContainer(group, nested(hostProcessPath, own), nested(hostProcessPath, ofPod)),
          shows: `${groupTitle[group]} with hostProcess ${said(own)} in a pod with hostProcess ${said(ofPod)}`,
        })),
      ),
    ),
  write: (demand) => {
    if (demand.written.hostNetwork && hostProcess.samples(demand).some(({ pod }) => demand.denies(pod)))
      throw new Unsayable(
        'PodSecurityPolicy has no field for hostProcess; a pod cannot set it without hostNetwork, so a policy that ' +
          'refuses hostNetwork too can be said',
      );
    return {};
  },
  tightest: { hostNetwork: false },
  admits: (psp, pod) => psp.hostNetwork || !setsHostProcess(pod),
};

function setsHostProcess(pod: JsonObject): boolean {
  return [valueAt(pod, ['spec']), ...containersOf(pod)].some(
    (each) => valueAt(each, hostProcessPath) === true,
  );
}

/** Which of them a policy forbids, HostProcess last: it leans on hostNetwork. */
export const flagFields: readonly PspField[] = [
  hostField('hostNetwork'),
  hostField('hostPID'),
  hostField('hostIPC'),
  privileged,
  hostProcess,
];
