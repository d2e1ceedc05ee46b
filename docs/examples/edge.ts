import { containers, control, definePolicy, denying, each, items, not, value, within } from 'podsec';

export default definePolicy({
  name: 'edge',
  extends: 'baseline@v1.30',
  drop: ['appArmorProfile', 'seLinuxOptions', 'seccompProfile_baseline'],
  replace: [
    control({
      id: 'hostPorts',
      collections: {
        ports: denying(
          each(
            containers(),
            (c) => items(c.ports),
            (_c, port) => ({
              where: not(within(value(port.hostPort, 0), { min: 0, max: 0 }, { min: 8000, max: 8099 })),
              show: value(port.hostPort, 0),
              at: port.hostPort,
            }),
          ),
        ),
      },
      reason: 'host port outside of 8000 to 8099',
    }),
  ],
  mode: 'enforce',
});
