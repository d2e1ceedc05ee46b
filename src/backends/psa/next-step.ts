import type { Policy } from '../../ir/types.js';
import { exemptOf, labelsSayAll } from './labels.js';

/** What a person would type next. */
export function nextStepOf(directory: string, policy: Policy): string {
  return labelsSayAll(exemptOf(policy))
    ? `sh ${directory}/labels/label-namespaces.sh --dry-run=server`
    : `kube-apiserver --admission-control-config-file=${directory}/apiserver/admission-configuration.yaml`;
}
