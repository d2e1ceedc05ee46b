/** What is asked of a pod, where the pod alone does not show it. */
import type { JsonObject } from '../manifest/types.js';

export interface RequestShown {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly subresource: string;
  readonly user: string;
  readonly userGroups: readonly string[];
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly oldPod: JsonObject;
}

/** What is shown of a request; null where any request to create the pod is like it. */
export function shownRequest(request: RequestShown): RequestShown | null {
  const { operation, subresource, user, userGroups, namespace, namespaceLabels, oldPod } = request;
  const said = [subresource, user, namespace].some((text) => text !== '');
  const filled = [userGroups, Object.keys(namespaceLabels), Object.keys(oldPod)].some((of) => of.length > 0);
  if (operation === 'CREATE' && !said && !filled) return null;
  return { operation, subresource, user, userGroups, namespace, namespaceLabels, oldPod };
}

/** `where the pod is changed to this, by the user a`. */
export function requestText({
  operation,
  subresource,
  user,
  userGroups,
  namespace,
  namespaceLabels,
}: RequestShown): string {
  const labels = Object.entries(namespaceLabels).map(([key, value]) => `${key}=${value}`);
  const said = [
    ...(operation === 'UPDATE'
      ? [
          subresource === ''
            ? 'where the pod is changed to this'
            : `where this is written to its ${subresource}`,
        ]
      : []),
    ...(user === '' ? [] : [`by the user ${user}`]),
    ...(userGroups.length === 0 ? [] : [`of the groups ${userGroups.join(', ')}`]),
    ...(namespace === '' ? [] : [`in the namespace ${namespace}`]),
    ...(labels.length === 0 ? [] : [`with the labels ${labels.join(', ')}`]),
  ];
  return said.join(', ');
}
