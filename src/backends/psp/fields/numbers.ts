/** Host ports, and the groups that a pod may run with: ranges of numbers. */
import type { Json, JsonObject } from '../../../manifest/types.js';
import { numberEdges, rangesOf, within } from '../edges.js';
import type { GroupField, Groups, Psp } from '../spec.js';
import { Unsayable } from '../unsayable.js';
import {
  containersOf,
  groupNames,
  groupTitle,
  listAt,
  nested,
  objectsAt,
  podOfContainer,
  podWith,
  valueAt,
} from './samples.js';
import type { Demand, PspField, Sample } from './types.js';

const portPlace = 'container.ports[].hostPort';
const maxPort = 65535;

function podWithPort(group: (typeof groupNames)[number], hostPort: number | undefined): JsonObject {
  return podOfContainer(group, { ports: [nested(['hostPort'], hostPort)] });
}

const hostPorts: PspField = {
  places: [portPlace],
  chains: [['container', 'container.ports[]']],
  samples: (demand) =>
    groupNames.flatMap((group) => [
      { pod: podWithPort(group, undefined), shows: `${groupTitle[group]} with a port and no hostPort` },
      ...numberEdges(demand.tests(portPlace), 1, maxPort).map((port) => ({
        pod: podWithPort(group, port),
        shows: `${groupTitle[group]} with hostPort ${port}`,
      })),
    ]),
  write: ({ tests, denies }) => ({
    hostPorts: rangesOf(numberEdges(tests(portPlace), 1, maxPort), (port) =>
      groupNames.every((group) => !denies(podWithPort(group, port))),
    ),
  }),
  tightest: { hostPorts: [] },
  admits: (psp, pod) =>
    containersOf(pod)
      .flatMap((container) => objectsAt(container, ['ports']))
      .every(({ hostPort }) => typeof hostPort !== 'number' || within(hostPort, psp.hostPorts)),
};

/** Ids of the API are 31 bits wide. */
export const maxId = 2 ** 31 - 1;

/** MayRunAs with ranges: what is set has to lie in one of them. MustRunAs writes the first where nothing is set. */
function groupsOf(name: GroupField, ids: readonly number[], admits: (id: number) => boolean): Groups {
  const ranges = rangesOf(ids, admits);
  if (ranges.length === 0) throw new Unsayable(`PodSecurityPolicy cannot forbid ${name} altogether`);
  return ids.every(admits) ? 'any' : ranges;
}

const admitsId = (groups: Groups, id: Json | undefined): boolean =>
  groups === 'any' || typeof id !== 'number' || within(id, groups);

/** A field that holds one id, or a list of them, of the pod alone. */
function podGroups(name: 'fsGroup' | 'supplementalGroups'): PspField {
  const path = ['spec', 'securityContext', name];
  const isList = name === 'supplementalGroups';
  const place = `${path.join('.')}${isList ? '[]' : ''}`;
  const podOf = (id: number | undefined): JsonObject => {
    const value: Json | undefined = id !== undefined && isList ? [id] : id;
    return podWith(nested(path.slice(1), value));
  };
  return {
    places: [place],
    chains: [isList ? [place] : []],
    samples: ({ tests }) =>
      [undefined, ...numberEdges(tests(place), 0, maxId)].map((id) => ({
        pod: podOf(id),
        shows: `a pod ${id === undefined ? 'without' : 'with'} ${name}${id === undefined ? '' : ` ${id}`}`,
      })),
    write: ({ tests, denies }) => ({
      [name]: groupsOf(name, numberEdges(tests(place), 0, maxId), (id) => !denies(podOf(id))),
    }),
    tightest: {},
    admits: (psp, pod) =>
      (isList ? listAt(pod, path) : [valueAt(pod, path)]).every((id) => admitsId(psp[name], id)),
  };
}

const runAsGroupPath = ['securityContext', 'runAsGroup'] as const;
const runAsGroupPlaces = [
  `spec.${runAsGroupPath.join('.')}`,
  `container.${runAsGroupPath.join('.')}`,
] as const;

const runAsGroupPod = (
  group: (typeof groupNames)[number],
  ofPod: number | undefined,
  own: number | undefined,
) => podOfContainer(group, nested(runAsGroupPath, own), nested(runAsGroupPath, ofPod));

/** The numbers that are asked about at either place. */
function runAsGroupIds({ tests }: Demand): readonly number[] {
  const [ofPod, own] = runAsGroupPlaces.map((place) => numberEdges(tests(place), 0, maxId));
  return [...new Set([...(ofPod ?? []), ...(own ?? [])])].sort((a, b) => a - b);
}

const runAsGroup: PspField = {
  places: runAsGroupPlaces,
  chains: [[], ['container']],
  samples: (demand) => {
    const ids = [undefined, ...runAsGroupIds(demand)];
    const said = (id: number | undefined) => (id === undefined ? 'unset' : String(id));
    return groupNames.flatMap((group) =>
      ids.flatMap((ofPod) =>
        ids.map(
          (own): Sample => ({
            pod: runAsGroupPod(group, ofPod, own),
            shows: `${groupTitle[group]} with runAsGroup ${said(own)} in a pod with runAsGroup ${said(ofPod)}`,
          }),
        ),
      ),
    );
  },
  write: (demand) => ({
    runAsGroup: groupsOf('runAsGroup', runAsGroupIds(demand), (id) =>
      groupNames.every((group) => !demand.denies(runAsGroupPod(group, undefined, id))),
    ),
  }),
  tightest: {},
  admits: (psp: Psp, pod) =>
    containersOf(pod).every((container) =>
      admitsId(
        psp.runAsGroup,
        valueAt(container, runAsGroupPath) ?? valueAt(pod, ['spec', ...runAsGroupPath]),
      ),
    ),
};

export const numberFields: readonly PspField[] = [
  hostPorts,
  runAsGroup,
  podGroups('supplementalGroups'),
  podGroups('fsGroup'),
];
