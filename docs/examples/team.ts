import { definePolicy, systemNamespaces } from 'podsec';
import payments from '../../policies/examples/payments.js';

export default definePolicy({
  name: 'team',
  extends: payments.with({ registries: ['registry.example.com/', 'mirror.example.com/'] }),
  drop: ['runAsUser'],
  scope: {
    excludedNamespaces: [...systemNamespaces, 'monitoring'],
    namespaceSelector: [{ key: 'team', operator: 'In', values: ['payments'] }],
  },
  exemptions: {
    users: ['system:serviceaccount:ci:deployer'],
    runtimeClasses: ['sandboxed'],
  },
  mode: 'warn',
});
