/**
 * Pods that break the same rule several times: in several containers, or for the pod and in a container. Boundary pods change
 * one container each, so that none has the words for many: lists of names, plurals, values that repeat. The reference judges
 * these as it does the corpus.
 */
import type { ContainerGroup, Control } from '../src/ir/types.js';
import { allRevisions } from '../src/levels/levels.js';
import { isObject } from '../src/manifest/json.js';
import type { Json, JsonObject } from '../src/manifest/types.js';
import { basePod, groupFields } from '../src/testing/boundary/bases.js';
import { type Site, type Step, sitesOf, tweakedContainer } from '../src/testing/boundary/sites.js';
import { applyTweak } from '../src/testing/boundary/tweak.js';

/** Which containers have the value, and which the next one of the same place. */
interface Form {
  readonly same: readonly (readonly [ContainerGroup, string])[];
  readonly next: readonly (readonly [ContainerGroup, string])[];
}

/** Its annotations come after the first one's by their keys, and before them with their values: `-` sorts before `=`. */
const second = `${tweakedContainer}-web`;

const forms: readonly Form[] = [
  {
    same: [
      ['regular', tweakedContainer],
      ['regular', second],
    ],
    next: [],
  },
  {
    same: [
      ['init', 'setup'],
      ['regular', tweakedContainer],
      ['ephemeral', 'debug'],
    ],
    next: [],
  },
  { same: [['regular', tweakedContainer]], next: [['init', 'setup']] },
];

/** The distinct pods of this kind of every revision of every control. */
export function severalPods(): JsonObject[] {
  const pods = new Map<string, JsonObject>();
  for (const { control } of allRevisions())
    for (const pod of severalPodsOf(control)) pods.set(JSON.stringify(pod), pod);
  return [...pods.values()];
}

export function severalPodsOf(control: Control): JsonObject[] {
  return [...inContainers(control), ...atBothLevels(control)];
}

/** Where a field can be set for the pod and for a container: each two of its values together. */
function atBothLevels(control: Control): JsonObject[] {
  const sites = sitesOf(control);
  const below = ({ steps }: Site) => JSON.stringify(steps.slice(1));
  const base = basePod('bare', { init: [], regular: [tweakedContainer], ephemeral: [] });
  return sites
    .filter(({ steps }) => steps[0]?.kind === 'container')
    .flatMap((inner) =>
      sites
        .filter((outer) => outer.steps[0]?.kind === 'field' && below(outer) === below(inner))
        .flatMap((outer) =>
          outer.values.flatMap((ofPod) => {
            const pod = applyTweak(base, { site: outer, value: ofPod }, 'regular');
            return inner.values.map((value) => applyTweak(pod, { site: inner, value }, 'regular'));
          }),
        ),
    );
}

function inContainers(control: Control): JsonObject[] {
  return sitesOf(control)
    .filter((site) => site.perContainer || site.steps.some(hasName))
    .flatMap((site) =>
      site.values.flatMap((value, index) =>
        forms.map((form) => podOf(site, value, site.values[index + 1] ?? site.values[0] ?? null, form)),
      ),
    );
}

function podOf(site: Site, value: Json, next: Json, { same, next: others }: Form): JsonObject {
  const copies = [
    ...same.map(([group, name]) => ({ group, name, value })),
    ...others.map(([group, name]) => ({ group, name, value: next })),
  ];
  const names = (wanted: ContainerGroup) =>
    copies.filter(({ group }) => group === wanted).map(({ name }) => name);
  const base = basePod('compliant', {
    init: names('init'),
    regular: names('regular'),
    ephemeral: names('ephemeral'),
  });
  return copies.reduce((pod, { group, name, value: put }) => {
    const renamed = swapNames(pod, group, name);
    return swapNames(applyTweak(renamed, { site: stepsFor(site, name), value: put }, group), group, name);
  }, base);
}

/** A value is put into the container that has the name for it: it is given the name for the while. */
function swapNames(pod: JsonObject, group: ContainerGroup, name: string): JsonObject {
  const { spec } = pod;
  if (!isObject(spec)) return pod;
  const list = spec[groupFields[group]];
  if (!Array.isArray(list)) return pod;
  const swapped = (each: Json): Json => {
    if (!isObject(each)) return each;
    if (each.name === name) return { ...each, name: tweakedContainer };
    return each.name === tweakedContainer ? { ...each, name } : each;
  };
  return { ...pod, spec: { ...spec, [groupFields[group]]: list.map(swapped) } };
}

/** A key that has the container's name in it. */
function stepsFor(site: Site, name: string): Site {
  return {
    ...site,
    steps: site.steps.map((step) =>
      step.kind === 'key' && hasName(step)
        ? { kind: 'key', key: step.key.slice(0, -tweakedContainer.length) + name }
        : step,
    ),
  };
}

function hasName(step: Step): boolean {
  return step.kind === 'key' && step.key.endsWith(`/${tweakedContainer}`);
}
