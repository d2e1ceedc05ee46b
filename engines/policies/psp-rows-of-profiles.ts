/** The annotations of PodSecurityPolicy: profiles of seccomp and of AppArmor. */
import type { JsonObject } from '../../src/manifest/types.js';
import { seccompNames } from './psp-documents.js';
import { appArmorKey, both, container, context, type PspRow, pod, psp, row, seccompKey } from './psp-row.js';

const local = (localhostProfile: string): JsonObject => ({ type: 'Localhost', localhostProfile });
const seccompPods: readonly JsonObject[] = [
  ...seccompNames.map((name) => pod({}, { [`${seccompKey}/pod`]: name })),
  ...seccompNames.map((name) => pod({}, { [`container.${seccompKey}/app`]: name })),
  ...[{ type: 'RuntimeDefault' }, { type: 'Unconfined' }, local('a'), local('b')].flatMap(
    (seccompProfile) => [
      context({ seccompProfile }),
      ...both({ seccompProfile }),
      container({ seccompProfile: { type: 'RuntimeDefault' } }, { seccompProfile }),
      container({ seccompProfile }, { seccompProfile: { type: 'RuntimeDefault' } }),
    ],
  ),
];
const seccomp = (allowed: string | undefined, byDefault?: string): JsonObject => {
  const document = psp({});
  const annotations: JsonObject = {
    ...(allowed === undefined ? {} : { [`${seccompKey}/allowedProfileNames`]: allowed }),
    ...(byDefault === undefined ? {} : { [`${seccompKey}/defaultProfileName`]: byDefault }),
  };
  return { ...document, metadata: { name: 'row', annotations } };
};
const appArmorPods: readonly JsonObject[] = ['runtime/default', 'unconfined', 'localhost/a', ''].map((name) =>
  pod({}, { [`container.${appArmorKey}/app`]: name }),
);
const appArmor = (allowed: string | undefined, byDefault?: string): JsonObject =>
  psp(
    {},
    {
      ...(allowed === undefined ? {} : { [`${appArmorKey}/allowedProfileNames`]: allowed }),
      ...(byDefault === undefined ? {} : { [`${appArmorKey}/defaultProfileName`]: byDefault }),
    },
  );
export const rowsOfProfiles: readonly PspRow[] = [
  row('seccomp', 'no annotation', seccomp(undefined), ...seccompPods),
  row('seccomp', 'an empty annotation', seccomp(''), ...seccompPods),
  row('seccomp', 'the default of the runtime', seccomp('docker/default'), ...seccompPods),
  row(
    'seccomp',
    'a list and a default',
    seccomp('runtime/default,localhost/a', 'localhost/a'),
    ...seccompPods,
  ),
  row('seccomp', 'a default that is not allowed', seccomp('runtime/default', 'unconfined'), ...seccompPods),
  row('seccomp', 'a default, and none allowed', seccomp(undefined, 'runtime/default'), ...seccompPods),
  row(
    'seccomp',
    'localhost/* is a name',
    seccomp('localhost/*'),
    context({ seccompProfile: local('*') }),
    ...seccompPods,
  ),
  row(
    'seccomp',
    'a star and others, with a default',
    seccomp('localhost/b,*', 'docker/default'),
    ...seccompPods,
  ),
  row('seccomp', 'a profile without a name', seccomp('localhost/', 'localhost/'), ...seccompPods),
  row('appArmor', 'a list', appArmor('runtime/default,localhost/a'), ...appArmorPods),
  row('appArmor', 'a list that ends with a comma', appArmor('runtime/default,'), ...appArmorPods),
  row('appArmor', 'an empty annotation', appArmor(''), ...appArmorPods),
  row('appArmor', 'a default', appArmor(undefined, 'localhost/a'), ...appArmorPods),
  row(
    'appArmor',
    'a default that is not allowed',
    appArmor('runtime/default', 'unconfined'),
    ...appArmorPods,
  ),
  row('appArmor', 'an empty annotation and a default', appArmor('', 'runtime/default'), ...appArmorPods),
];
