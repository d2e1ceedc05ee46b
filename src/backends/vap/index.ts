/** ValidatingAdmissionPolicy: policies that an API server judges by itself. */
import type { Policy } from '../../ir/types.js';
import { writeYaml } from '../../manifest/write.js';
import { refusalsOf } from '../capabilities.js';
import { celCapabilities, programOf, Unsayable } from '../cel/index.js';
import { messageTitle } from '../describe.js';
import { fileName, nameRefusals } from '../objects.js';
import { type Shape, shapes } from '../shapes.js';
import type { Backend, BundleFile, Compiled, Refusal } from '../types.js';
import { header } from './header.js';
import { bindingObject, policyObject } from './objects.js';
import { readme } from './readme.js';
import { testFiles } from './tests.js';

export const vap: Backend = {
  target: 'vap',
  title: 'ValidatingAdmissionPolicy',
  engineVersions: ['1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37'],
  // From 1.28 on the same: what an expression uses is in every release that has the API.
  capabilities: celCapabilities,
  compile,
};

function compile(policies: readonly Policy[], engineVersion: string): Compiled {
  const refusals = [
    ...nameRefusals(policies),
    ...policies.flatMap((policy) => refusalsOf(policy, vap, engineVersion)),
  ];
  if (refusals.length > 0) return { refusals };
  const files: BundleFile[] = [];
  const unsaid: Refusal[] = [];
  for (const policy of policies) {
    try {
      files.push(...shapes.map((shape) => manifest(policy, shape, engineVersion)));
    } catch (error) {
      if (!(error instanceof Unsayable)) throw error;
      unsaid.push({ policy: policy.name, control: error.control, reason: error.what });
    }
  }
  if (unsaid.length > 0) return { refusals: unsaid };
  return {
    files: [
      ...files,
      // Without an extension: kubectl takes .yaml, .yml and .json of a directory and would choke on this one, while
      // kustomize finds it.
      { path: 'Kustomization', text: kustomization(files) },
      { path: 'README.md', text: readme(policies, engineVersion) },
      ...testFiles(policies, engineVersion),
    ],
  };
}

function manifest(policy: Policy, shape: Shape, engineVersion: string): BundleFile {
  const program = programOf(policy, { kind: 'typed', shape }, messageTitle(policy));
  const objects = [
    policyObject(policy, shape, engineVersion, program),
    bindingObject(policy, shape, engineVersion),
  ];
  const comment = header(policy, shape, engineVersion, program.leftToPods);
  return { path: fileName(policy, shape), text: `${comment}${writeYaml(objects)}` };
}

function kustomization(files: readonly BundleFile[]): string {
  return writeYaml([
    {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: files.map(({ path }) => path),
    },
  ]);
}
