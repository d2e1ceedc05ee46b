/** Label selectors as kubectl writes them: `env=prod,tier in (web,db),!legacy`. */
import type { Outcome } from '../diagnostics.js';
import type { LabelRequirement } from '../ir/types.js';
import { quoted } from '../manifest/problem.js';

const word = '[^\\s,()=!]*';
const requirement = new RegExp(
  `^(?:(?<not>!)\\s*(?<absent>${word})|(?<key>${word})(?:\\s*(?<equals>==?|!=)\\s*(?<value>${word})|\\s+(?<set>in|notin)\\s*\\((?<values>[^()]*)\\))?)$`,
);

const name = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefix = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function parseSelector(text: string): Outcome<readonly LabelRequirement[]> {
  const requirements: LabelRequirement[] = [];
  for (const part of split(text)) {
    const parsed = parseRequirement(part.trim());
    if (typeof parsed === 'string') {
      const message = `\`--namespace-selector\`: ${parsed}`;
      const hint =
        'write it as kubectl does: `env=prod`, `env!=test`, `tier in (web,db)`, `tier notin (db)`, `team`, `!team`';
      return { diagnostics: [{ code: 'usage', severity: 'error', message, hint }] };
    }
    requirements.push(parsed);
  }
  return { value: requirements, diagnostics: [] };
}

/** At the commas outside of parentheses. */
function split(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

/** A requirement, or what is wrong with it. */
function parseRequirement(text: string): LabelRequirement | string {
  if (text === '') return 'a requirement is empty';
  const found = requirement.exec(text)?.groups;
  if (found === undefined) return `${quoted(text)} is no requirement on a label`;
  const key = found.absent ?? found.key ?? '';
  if (!isKey(key)) return `${quoted(key)} is no key of a label`;
  const values = valuesOf(found);
  const bad = values.find((value) => value !== '' && !name.test(value));
  if (bad !== undefined) return `${quoted(bad)} is no value of a label`;
  if (new Set(values).size < values.length) return `${quoted(text)} has a value twice`;
  if (found.not !== undefined) return { key, operator: 'DoesNotExist', values };
  if (found.set === 'notin' || found.equals === '!=') return { key, operator: 'NotIn', values };
  return { key, operator: values.length > 0 ? 'In' : 'Exists', values };
}

function valuesOf({ value, values }: Readonly<Record<string, string | undefined>>): string[] {
  if (values !== undefined) return values.split(',').map((each) => each.trim());
  return value === undefined ? [] : [value];
}

function isKey(key: string): boolean {
  const slash = key.indexOf('/');
  return (slash < 0 || prefix.test(key.slice(0, slash))) && name.test(key.slice(slash + 1));
}
