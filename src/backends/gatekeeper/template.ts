/** The ConstraintTemplate: the rule, once in each language that Gatekeeper has an engine for. */
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { metadataOf } from '../admission-policy.js';
import { kindOf, templateName } from './names.js';
import { parametersSchema } from './parameters.js';
import type { RegoCode } from './rego.js';

export function templateObject(policy: Policy, cel: JsonObject, { module, library }: RegoCode): JsonObject {
  return {
    apiVersion: 'templates.gatekeeper.sh/v1',
    kind: 'ConstraintTemplate',
    metadata: metadataOf(templateName(policy)),
    spec: {
      crd: {
        spec: {
          names: { kind: kindOf(policy) },
          validation: { openAPIV3Schema: parametersSchema },
        },
      },
      targets: [
        {
          target: 'admission.k8s.gatekeeper.sh',
          code: [
            { engine: 'K8sNativeValidation', source: cel },
            { engine: 'Rego', source: { rego: module, libs: [library] } },
          ],
        },
      ],
    },
  };
}
