import { definePolicy } from 'podsec';

export default definePolicy({
  name: 'typo',
  extends: 'restricted@v1.37',
  drop: ['seccompProfile_strict'],
});
