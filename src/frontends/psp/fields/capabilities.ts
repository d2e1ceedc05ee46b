/**
 * Capabilities, as strings: no name is normalised, and `ALL` is one of them. pkg/security/podsecuritypolicy/capabilities
 * writes both lists, sorted and each once, where either lacks something.
 */
import { and, not, oneOf, or, some } from '../../../dsl/conditions.js';
import { denying, each, showing } from '../../../dsl/control.js';
import { containers, items } from '../../../dsl/sources.js';
import { itself, nameOf } from '../../../dsl/terms.js';
import { named, quotedList, sequence } from '../../../dsl/wording.js';
import { add, demand, distinct, hasNoneOf, lacksOneOf, type PspField, writeContainers } from '../build.js';

export const capabilities: PspField = {
  writes: ({ defaultAddCapabilities, requiredDropCapabilities }) => {
    if (defaultAddCapabilities.length + requiredDropCapabilities.length === 0) return [];
    return [
      writeContainers(idOf(defaultAddCapabilities, requiredDropCapabilities), (c) => {
        const { add: added, drop } = c.securityContext.capabilities;
        const missing = distinct(defaultAddCapabilities).map((name) =>
          and(hasNoneOf(added, [name]), hasNoneOf(drop, [name])),
        );
        return {
          where: or(lacksOneOf(drop, requiredDropCapabilities), ...missing),
          writes: [add(drop, requiredDropCapabilities), add(added, defaultAddCapabilities, drop)],
        };
      }),
    ];
  },
  demands: ({ allowedCapabilities, defaultAddCapabilities }) => {
    if (allowedCapabilities.includes('*')) return [];
    const allowed = distinct([...allowedCapabilities, ...defaultAddCapabilities]);
    return [
      demand('allowedCapabilities', {
        collections: {
          containers: denying(
            each(containers(), (c) => ({
              where: some(items(c.securityContext.capabilities.add), (name) =>
                not(oneOf(itself(name), allowed)),
              ),
              show: nameOf(c),
              at: c.securityContext.capabilities.add,
            })),
          ),
          added: showing(
            each(
              containers(),
              (c) => items(c.securityContext.capabilities.add),
              (_, name) => ({ where: not(oneOf(itself(name), allowed)), show: itself(name), at: name }),
            ),
          ),
        },
        reason: 'capabilities that are not allowed',
        detail: sequence(
          named('containers', 'container', 'containers'),
          ' must not add ',
          quotedList('added'),
          '; allowed: ',
          allowed.length === 0 ? 'none' : allowed.join(', '),
        ),
      }),
    ];
  },
};

function idOf(defaultAdd: readonly string[], requiredDrop: readonly string[]): string {
  if (defaultAdd.length === 0) return 'requiredDropCapabilities';
  return requiredDrop.length === 0
    ? 'defaultAddCapabilities'
    : 'defaultAddCapabilities-requiredDropCapabilities';
}
