import {
  containers,
  control,
  definePolicy,
  denying,
  each,
  matches,
  named,
  nameOf,
  not,
  prefix,
  sequence,
  value,
} from 'podsec';

export default definePolicy({
  name: 'payments',
  extends: 'restricted@v1.37',
  drop: ['seccompProfile_restricted'],
  parameters: { registries: ['registry.example.com/'] },
  controls: ({ registries }) => [
    control({
      id: 'imageRegistry',
      collections: {
        containers: denying(
          each(containers(), (c) => ({
            where: not(matches(value(c.image, ''), ...registries.map(prefix))),
            show: nameOf(c),
            at: c.image,
          })),
        ),
      },
      reason: 'image from elsewhere',
      detail: sequence(
        named('containers', 'container', 'containers'),
        ` must use an image of ${registries.join(', ')}`,
      ),
    }),
  ],
});
