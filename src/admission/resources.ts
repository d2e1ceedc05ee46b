/**
 * Pod-level resources: podutil.DefaultPodLevelResources (kubernetes/pkg/api/pod/util.go) and the sums over
 * containers that it takes from k8s.io/component-helpers/resource.
 */
import type { JsonObject } from '../manifest/types.js';
import { containerGroups, fromEntries, mapObject, objectAt, objectsAt, stringAt, withKey } from './json.js';
import { addQuantity, formatQuantity, parseQuantity, type Quantity } from './quantity.js';

type Amounts = Map<string, Quantity>;

function amounts(resources: JsonObject | undefined, list: 'limits' | 'requests'): Amounts {
  const out: Amounts = new Map();
  for (const [name, text] of Object.entries(objectAt(resources, list) ?? {})) {
    const parsed = typeof text === 'string' ? parseQuantity(text) : undefined;
    if (parsed) out.set(name, parsed);
  }
  return out;
}

function add(total: Amounts, more: Amounts): void {
  for (const [name, amount] of more) {
    const sum = total.get(name);
    total.set(name, sum ? addQuantity(sum, amount) : amount);
  }
}

function raise(total: Amounts, other: Amounts): void {
  for (const [name, amount] of other) {
    const known = total.get(name);
    if (!known || amount.nano > known.nano) total.set(name, amount);
  }
}

/** aggregateContainerResourcesByFn: containers together, or the hungriest moment of initialisation. */
function aggregate(spec: JsonObject, list: 'limits' | 'requests'): Amounts {
  const total: Amounts = new Map();
  for (const container of objectsAt(spec, 'containers'))
    add(total, amounts(objectAt(container, 'resources'), list));
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of objectsAt(spec, 'initContainers')) {
    const own = amounts(objectAt(container, 'resources'), list);
    if (stringAt(container, 'restartPolicy') === 'Always') {
      add(total, own);
      add(sidecars, own);
      raise(peak, sidecars);
    } else {
      add(own, sidecars);
      raise(peak, own);
    }
  }
  raise(total, peak);
  return total;
}

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

function store(resources: JsonObject, list: 'limits' | 'requests', values: Amounts): JsonObject {
  if (values.size === 0) return resources;
  const entries = [...values].map(([name, amount]): [string, string] => [name, formatQuantity(amount)]);
  return withKey(resources, list, fromEntries(entries));
}

/** The three steps of DefaultPodLevelResources, where pod-level resources are partly given. */
export function podLevelLimits(pod: JsonObject): JsonObject {
  return mapObject(pod, 'spec', (spec) => {
    const given = objectAt(spec, 'resources');
    const limits = amounts(given, 'limits');
    const requests = amounts(given, 'requests');
    if (!given || (limits.size === 0 && requests.size === 0)) return spec;
    const sumOfLimits = aggregate(spec, 'limits');
    for (const [name, amount] of sumOfLimits) {
      if (isHugePages(name) && !requests.has(name) && !limits.has(name)) limits.set(name, amount);
    }
    for (const [name, amount] of aggregate(spec, 'requests')) {
      if (isPodLevel(name) && !isHugePages(name) && !requests.has(name)) requests.set(name, amount);
    }
    for (const [name, amount] of limits) {
      if (isPodLevel(name) && !requests.has(name)) requests.set(name, amount);
    }
    limitsFromContainers(spec, limits, requests, sumOfLimits);
    return withKey(spec, 'resources', store(store(given, 'limits', limits), 'requests', requests));
  });
}

/** defaultPodLevelLimits: only for a resource that every container limits. */
function limitsFromContainers(spec: JsonObject, limits: Amounts, requests: Amounts, sums: Amounts): void {
  const containers = containerGroups.flatMap((group) => objectsAt(spec, group));
  for (const [name, request] of requests) {
    if (!isPodLevel(name) || limits.has(name)) continue;
    if (!containers.every((container) => amounts(objectAt(container, 'resources'), 'limits').has(name)))
      continue;
    const sum = sums.get(name);
    if (sum) limits.set(name, request.nano > sum.nano ? request : sum);
  }
}
