/** Gatekeeper: a template with the rule in CEL and in Rego, constraints that apply it, and a suite for gator. */
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { writeYaml } from '../../manifest/write.js';
import { refusalsOf } from '../capabilities.js';
import { Unsayable } from '../cel/index.js';
import type { Backend, BackendOptions, BundleFile, Compiled, Refusal } from '../types.js';
import { capabilities } from './capabilities.js';
import { celOf } from './cel.js';
import { constraintObject } from './constraint.js';
import { refusedToGenerate } from './generate-vap.js';
import { groups } from './groups.js';
import { constraintHeader, templateHeader } from './header.js';
import { constraintFile, refusedNames, templateFile } from './names.js';
import { readme } from './readme.js';
import { regoOf } from './rego.js';
import { suiteFiles } from './suite.js';
import { templateObject } from './template.js';

export const gatekeeper: Backend = {
  target: 'gatekeeper',
  title: 'Gatekeeper',
  // What comes out is the same for all of them.
  engineVersions: ['3.17', '3.18', '3.19', '3.20', '3.21', '3.22', '3.23'],
  capabilities,
  options: ['generateVap'],
  compile,
};

function compile(
  policies: readonly Policy[],
  engineVersion: string,
  { generateVap = false }: BackendOptions = {},
): Compiled {
  const refusals = [
    ...refusedNames(policies),
    ...(generateVap ? refusedToGenerate(policies, engineVersion, gatekeeper.engineVersions) : []),
    ...policies.flatMap((policy) => refusalsOf(policy, gatekeeper, engineVersion)),
  ];
  if (refusals.length > 0) return { refusals };
  const files: BundleFile[] = [];
  for (const policy of policies) {
    const cel = celOrRefusal(policy, generateVap);
    const rego = regoOf(policy);
    const unsaid = 'unsayable' in rego ? rego.unsayable : [];
    refusals.push(...unsaid.map((each) => ({ policy: policy.name, ...each })));
    // What neither can say is told once.
    if ('refusal' in cel && !unsaid.some(({ control }) => control === cel.refusal.control))
      refusals.push(cel.refusal);
    if ('refusal' in cel || 'unsayable' in rego) continue;
    files.push({
      path: templateFile(policy),
      text: `${templateHeader(policy, generateVap)}${writeYaml([templateObject(policy, cel.code, rego)])}`,
    });
    for (const group of groups) {
      files.push({
        path: constraintFile(policy, group),
        text: `${constraintHeader(policy, group)}${writeYaml([constraintObject(policy, group)])}`,
      });
    }
  }
  if (refusals.length > 0) return { refusals };
  return {
    files: [
      ...files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      { path: 'README.md', text: readme(policies, generateVap) },
      ...policies.flatMap(suiteFiles),
    ],
  };
}

function celOrRefusal(
  policy: Policy,
  generateVap: boolean,
): { readonly code: JsonObject } | { readonly refusal: Refusal } {
  try {
    return { code: celOf(policy, generateVap) };
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    return { refusal: { policy: policy.name, control: error.control, reason: error.what } };
  }
}
