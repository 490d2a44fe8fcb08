import { API } from '../../node/lua/api/api.ts';
import { behaviours } from '../../node/cu/vm/aos/behaviour.fixture.ts';
import { row } from './kit.ts';

/** How much of what a process can use does the same on our Lua module (5.4) and on a real aos 2.0.6 (5.3). */
const all = await behaviours();
const different = all.filter(({ isEqual }) => !isEqual);
for (const { entry } of different) console.log(`${entry.home}.${entry.name}: ${entry.differs ?? 'nobody knows why'}`);
const equal = all.length - different.length;
row(
  'rows of the API table that behave the same on our Lua module and on aos',
  `${((equal / all.length) * 100).toFixed(1)} %`,
  `${equal} of ${all.length}, aim 100 %; the rest flagged by API_DIFFERS`,
);
row('rows that one of the two has alone', `${API.filter(({ on }) => on === 'lua' || on === 'aos').length}`, 'each flagged by API_PLACE');
