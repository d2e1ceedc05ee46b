/**
 * Seccomp: an annotation of the PodSecurityPolicy, names of profiles with commas between them. An API server of 1.24 writes
 * a profile that is a field of the pod as an annotation too, and one that is an annotation as a field, with one
 * exception: the annotation `localhost/`, a profile without a name, is no field and counts as a profile.
 */
import type { Json, JsonObject } from '../../../manifest/types.js';
import { Tests, textEdges } from '../edges.js';
import { containerName } from '../reads.js';
import { demandNames } from './profile-names.js';
import {
  containersOf,
  type Group,
  groupNames,
  groupTitle,
  nested,
  podOfContainer,
  valueAt,
} from './samples.js';
import { annotationOf, containerKey, fieldOf, localPrefix, podKey } from './seccomp-names.js';
import type { Demand, PspField, Sample } from './types.js';

const fieldPath = ['securityContext', 'seccompProfile'] as const;
const levels = ['spec', 'container'] as const;
const placesOf = (...path: readonly string[]) =>
  levels.map((level) => [level, ...fieldPath, ...path].join('.'));

const annotationPlaces = [podKey, `${containerKey}${containerName}`].map(
  (key) => `metadata.annotations[${key}]`,
);

/** What a pod or a container can say of its profile once the API server has taken it. */
interface State {
  readonly annotation: string | undefined;
  readonly field: JsonObject | undefined;
}

const unset: State = { annotation: undefined, field: undefined };
const dockerDefault = 'docker/default';
const named = (annotation: string): State => ({ annotation, field: fieldOf(annotation) });

function statesOf({ tests }: Demand): readonly State[] {
  const ofPaths = new Tests();
  for (const place of placesOf('localhostProfile')) ofPaths.add(tests(place));
  // What is asked of the annotation is asked of the path behind the prefix, or answered by the prefix.
  for (const { texts, beginnings } of annotationPlaces.map(tests)) {
    const behind = (asked: ReadonlySet<string>) =>
      [...asked].flatMap((text) => (text.startsWith(localPrefix) ? [text.slice(localPrefix.length)] : []));
    ofPaths.values(behind(texts));
    for (const beginning of behind(beginnings)) ofPaths.beginnings.add(beginning);
  }
  const paths = textEdges(ofPaths).filter((path) => path !== '');
  const names = ['runtime/default', dockerDefault, 'unconfined', ...paths.map((path) => localPrefix + path)];
  return [unset, ...[localPrefix, ...names].map(named)];
}

function podOf(group: Group, ofPod: State, own: State): JsonObject {
  const annotations = {
    ...nested([podKey], ofPod.annotation),
    ...nested([`${containerKey}c`], own.annotation),
  };
  return podOfContainer(group, nested(fieldPath, own.field), nested(fieldPath, ofPod.field), { annotations });
}

/** A path below the kubelet's directory of profiles. */
const isLocalPath = (path: string) => !path.startsWith('/') && !path.split('/').includes('..');

const nameOf = (field: Json | undefined) => (field === undefined ? undefined : annotationOf(field));

export const seccomp: PspField = {
  places: [...placesOf(), ...placesOf('type'), ...placesOf('localhostProfile'), ...annotationPlaces],
  chains: [[], ['container']],
  samples: (demand) => {
    const states = statesOf(demand);
    const said = ({ annotation, field }: State) =>
      annotation === undefined
        ? 'unset'
        : field === undefined
          ? `${annotation} (an annotation, and no field)`
          : annotation;
    return groupNames.flatMap((group) =>
      states.flatMap((ofPod) =>
        states.map(
          (own): Sample => ({
            pod: podOf(group, ofPod, own),
            shows: `${groupTitle[group]} with the seccomp profile ${said(own)} in a pod whose profile is ${said(ofPod)}`,
          }),
        ),
      ),
    );
  },
  write: (demand) => {
    if (seccomp.samples(demand).every(({ pod }) => !demand.denies(pod))) return { seccomp: 'any' };
    const names = statesOf(demand).flatMap(({ annotation, field }) => {
      if (annotation === undefined || field === undefined || annotation === dockerDefault) return [];
      return groupNames.every((group) => !demand.denies(podOf(group, { annotation, field }, unset)))
        ? [annotation]
        : [];
    });
    demandNames(
      'seccomp',
      names,
      (name) => !name.startsWith(localPrefix) || isLocalPath(name.slice(localPrefix.length)),
    );
    return { seccomp: names };
  },
  tightest: {},
  admits: ({ seccomp: allowed }, pod) => {
    if (allowed === 'any') return true;
    const annotation = (key: string) => valueAt(pod, ['metadata', 'annotations', key]);
    const ofPod = annotation(podKey) ?? nameOf(valueAt(pod, ['spec', ...fieldPath]));
    // Without a list there may be no profile; with one, the pod has to have one itself.
    const fits = (name: Json | undefined) =>
      name === undefined
        ? allowed.length === 0
        : allowed.includes(name === dockerDefault ? 'runtime/default' : String(name));
    return (
      fits(ofPod) &&
      containersOf(pod).every((container) =>
        fits(
          nameOf(valueAt(container, fieldPath)) ??
            annotation(`${containerKey}${String(container.name)}`) ??
            ofPod,
        ),
      )
    );
  },
};
