/** Ports of the host: 0 is none, and a range that ends before it begins holds none. */
import { and, not, present, within } from '../../../dsl/conditions.js';
import { denying, each, showing } from '../../../dsl/control.js';
import { containers, items } from '../../../dsl/sources.js';
import { nameOf, value } from '../../../dsl/terms.js';
import { named, plainList, sequence } from '../../../dsl/wording.js';
import { demand, distinct, listed, type PspField } from '../build.js';

export const hostPorts: PspField = {
  writes: () => [],
  demands: (spec) => {
    const ranges = spec.hostPorts.filter(({ min, max }) => min <= max);
    const wrong = each(
      containers(),
      (c) => items(c.ports),
      (c, { hostPort }) => ({
        where: and(present(hostPort), not(within(value(hostPort, 0), ...distinct(ranges)))),
        show: nameOf(c),
        at: hostPort,
      }),
    );
    const ports = each(
      containers(),
      (c) => items(c.ports),
      (_, { hostPort }) => ({
        where: and(present(hostPort), not(within(value(hostPort, 0), ...distinct(ranges)))),
        show: value(hostPort, 0),
        at: hostPort,
      }),
    );
    return [
      demand('hostPorts', {
        collections: { containers: { ...denying(wrong), distinct: true }, ports: showing(ports) },
        reason: 'host ports that are not allowed',
        detail: sequence(
          named('containers', 'container', 'containers'),
          ' must not use ',
          plainList('ports'),
          `; allowed: ${listed(ranges.map(({ min, max }) => `${min} to ${max}`))}`,
        ),
      }),
    ];
  },
};
