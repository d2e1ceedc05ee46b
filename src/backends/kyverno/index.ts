/** The targets kyverno and kyverno-vpol: the same rules in the two kinds of policies that Kyverno has. */
import type { Policy } from '../../ir/types.js';
import { writeYaml } from '../../manifest/write.js';
import { refusalsOf } from '../capabilities.js';
import { matchConditions, programOf, Unsayable } from '../cel/index.js';
import { messageTitle } from '../describe.js';
import { fileName, nameRefusals, policyName } from '../objects.js';
import { type Shape, shapes } from '../shapes.js';
import type { Backend, BundleFile, Compiled, Refusal } from '../types.js';
import { clusterPolicy } from './cluster-policy.js';
import type { Form } from './form.js';
import { header } from './header.js';
import { readme } from './readme.js';
import { subjectOf, updatedSubjectOf } from './subject.js';
import { suiteFiles } from './suite.js';
import { validatingPolicy } from './validating-policy.js';

export const kyverno: Backend = backendOf(clusterPolicy);
export const kyvernoVpol: Backend = backendOf(validatingPolicy);

/** Reports have the name of a policy in a label, which has 63 characters; the prefix and the longest suffix need some. */
const maxNameLength = 63 - Math.max(...shapes.map(({ suffix }) => `podsec--${suffix}`.length));

function backendOf(form: Form): Backend {
  const { target, title, engineVersions, capabilities } = form;
  const backend: Backend = {
    target,
    title,
    engineVersions,
    capabilities,
    compile: (policies, engineVersion) => {
      const refusals = [
        ...nameRefusals(policies, maxNameLength),
        ...policies.flatMap((policy) => refusalsOf(policy, backend, engineVersion)),
      ];
      return refusals.length > 0 ? { refusals } : bundle(form, policies, engineVersion);
    },
  };
  return backend;
}

function bundle(form: Form, policies: readonly Policy[], engineVersion: string): Compiled {
  const files: BundleFile[] = [];
  const refusals: Refusal[] = [];
  for (const policy of policies) {
    try {
      files.push(...shapes.map((shape) => manifest(form, policy, shape, engineVersion)));
    } catch (error) {
      if (!(error instanceof Unsayable)) throw error;
      refusals.push({ policy: policy.name, control: error.control, reason: error.what });
    }
  }
  if (refusals.length > 0) return { refusals };
  return {
    files: [
      ...files,
      { path: 'README.md', text: readme(form, policies, engineVersion) },
      ...policies.flatMap((policy) => suiteFiles(form, policy)),
    ],
  };
}

function manifest(form: Form, policy: Policy, shape: Shape, engineVersion: string): BundleFile {
  const program = programOf(policy, subjectOf(shape), messageTitle(policy));
  const conditions = matchConditions(policy, shape, updatedSubjectOf(shape));
  const object = form.object({ policy, shape, conditions, program }, policyName(policy, shape));
  const comment = header(form, policy, shape, engineVersion, program.leftToPods);
  return { path: fileName(policy, shape), text: `${comment}${writeYaml([object])}` };
}
