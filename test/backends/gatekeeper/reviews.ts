/** Reviews of a bad object, and whether it is judged at all: by the code in each language. */
import { asWorkload } from '../../../engines/shapes.js';
import { gatekeeperSample as policy } from '../../../engines/wasm.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import type { Review } from './cel.js';

export interface ReviewCase {
  readonly what: string;
  readonly object: JsonObject;
  readonly review: Review;
  readonly judged: boolean;
}

const container = { name: 'a', image: 'example.com/a:1', securityContext: { privileged: true } };
const pod = (spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', ...metadata },
  spec: { hostPID: true, containers: [container], ...spec },
});
const bad = pod();
const deployment = asWorkload(bad, 'Deployment');
const other = asWorkload(pod({ hostIPC: true }), 'Deployment');
const debug = { ...container, name: 'debug' };

const of = (what: string, object: JsonObject, review: Review, judged: boolean): ReviewCase => ({
  what,
  object,
  review,
  judged,
});
const update = (
  what: string,
  object: JsonObject,
  oldObject: JsonObject,
  judged: boolean,
  subResource?: string,
) =>
  of(
    what,
    object,
    { operation: 'UPDATE', oldObject, ...(subResource !== undefined && { subResource }) },
    judged,
  );

export const reviews: { readonly policy: typeof policy; readonly cases: readonly ReviewCase[] } = {
  policy,
  cases: [
    of('a manifest', bad, {}, true),
    of('CREATE', bad, { operation: 'CREATE' }, true),
    of('DELETE', bad, { operation: 'DELETE', oldObject: bad }, false),
    of('CONNECT', bad, { operation: 'CONNECT', subResource: 'exec' }, false),
    update('UPDATE of nothing', bad, bad, false),
    update('UPDATE of labels', pod({}, { labels: { a: 'b' } }), bad, false),
    update(
      'UPDATE of an image',
      pod({ containers: [{ ...container, image: 'example.com/a:2' }] }),
      bad,
      true,
    ),
    update('UPDATE of the number of containers', pod({ initContainers: [debug] }), bad, true),
    update('an ephemeral container', pod({ ephemeralContainers: [debug] }), bad, true, 'ephemeralcontainers'),
    update(
      'an ephemeral container that was there',
      pod({ ephemeralContainers: [debug] }),
      pod({ ephemeralContainers: [debug] }),
      false,
      'ephemeralcontainers',
    ),
    update('status', pod({ initContainers: [debug] }), bad, false, 'status'),
    update(
      'UPDATE of a workload that leaves its template',
      { ...deployment, metadata: { name: 'b' } },
      deployment,
      false,
    ),
    update('UPDATE of a template', deployment, other, true),
    of('CREATE of a workload', deployment, { operation: 'CREATE' }, true),
    of('a scale', deployment, { operation: 'UPDATE', subResource: 'scale', oldObject: other }, false),
    of('another group', { ...deployment, apiVersion: 'volcano.sh/v1' }, {}, false),
    of('another kind', { ...deployment, kind: 'Other' }, {}, false),
    of('a workload without a template', { ...deployment, spec: null }, {}, false),
    of('an exempt user', bad, { operation: 'CREATE', user: 'exempt-user' }, false),
    of('another user', bad, { operation: 'CREATE', user: 'exempt-user-2' }, true),
    of('an exempt runtime class', pod({ runtimeClassName: 'exempt-class' }), {}, false),
    of('no runtime class', pod({ runtimeClassName: null }), {}, true),
    of('an exempt service account', pod({ serviceAccountName: 'robot' }), { namespace: 'team' }, false),
    of('its older name', pod({ serviceAccount: 'robot' }), { namespace: 'team' }, false),
    of('it in another namespace', pod({ serviceAccountName: 'robot' }), { namespace: 'other' }, true),
    ...[null, {}, { exemptUsers: null }, { exemptUsers: [] }].map((parameters) =>
      of(
        `a constraint with the parameters ${JSON.stringify(parameters)} exempts nobody`,
        pod({ runtimeClassName: 'exempt-class', serviceAccountName: 'robot' }),
        { operation: 'CREATE', user: 'exempt-user', namespace: 'team', parameters },
        true,
      ),
    ),
    of(
      'a user that another constraint exempts',
      bad,
      { user: 'b', parameters: { exemptUsers: ['b'] } },
      false,
    ),
    of(
      'a service account that another constraint exempts',
      bad,
      { namespace: 'a', parameters: { exemptServiceAccounts: ['a/default'] } },
      false,
    ),
    of(
      'an empty name exempts no manifest',
      bad,
      { parameters: { exemptUsers: [''], exemptRuntimeClasses: [''] } },
      true,
    ),
  ],
};
