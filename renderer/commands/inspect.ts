import { AoError } from '../../node/contract/errors.ts';
import { placeOf, rowOfFocus } from '../model/lookup.ts';
import { placeOfWalk } from '../stores/branch-store.ts';
import type { App } from '../stores/app-context.ts';
import { INSPECTOR_TABS, INSPECTOR_TITLES, type Moment, type WhyQuestion } from '../stores/inspect-store.ts';
import type { Command } from './registry.ts';

const category = 'Inspect';

/** The slot that is looked at, once it has been evaluated; null otherwise. */
function momentOf(app: App): Moment | null {
  const { world } = app.world.getState();
  const row = rowOfFocus(world, app.focus.getState().focus);
  const place = row === null ? null : placeOf(world, row);
  return place === null || place.tick !== null ? null : { process: place.process, slot: place.slot };
}

/** The moment that is asked about: in a branch where one stands in one. */
function askedMoment(app: App): Omit<WhyQuestion, 'expression'> | null {
  const { walk } = app.branch.getState();
  if (walk === null) return momentOf(app);
  const place = placeOfWalk(walk);
  return place === null || place.tick !== null ? null : { process: place.process, slot: place.slot, branch: place.branch };
}

/** Asking about what is in focus. */
export function inspectCommands(app: App): Command[] {
  const inspect = app.inspect.getState;
  const show = (): void => app.ui.getState().dock?.show('inspector');
  const hasMoment = (): boolean => momentOf(app) !== null;
  return [
    ...INSPECTOR_TABS.map((tab, index): Command => ({
      id: `inspect.${tab}`,
      title: `Inspector: ${INSPECTOR_TITLES[tab]}`,
      category,
      keys: `Alt+Digit${index + 1}`,
      run() {
        show();
        inspect().setTab(tab);
      },
    })),
    {
      id: 'inspect.whyValue',
      title: 'Why this value?',
      category,
      keys: 'KeyW',
      isEnabled: () => askedMoment(app) !== null,
      run(expression) {
        const wanted = expression ?? app.focus.getState().focus.value;
        const moment = askedMoment(app);
        show();
        if (wanted === null || moment === null) return inspect().setTab('why');
        if (wanted !== app.focus.getState().focus.value) app.focus.getState().setValue(wanted);
        inspect().ask({ ...moment, expression: wanted });
      },
    },
    {
      id: 'inspect.pin',
      title: 'Pin this slot, or compare with the pinned one',
      category,
      keys: 'KeyD',
      isEnabled: hasMoment,
      run() {
        const moment = momentOf(app);
        if (moment === null) throw new AoError('NO_PROCESS');
        const { pinned } = inspect();
        show();
        if (pinned?.process === moment.process && pinned.slot !== moment.slot) return inspect().setTab('happened');
        inspect().pin(pinned?.process === moment.process ? null : moment);
      },
    },
    {
      id: 'inspect.unpin',
      title: 'Forget the pinned slot',
      category,
      isEnabled: () => inspect().pinned !== null,
      run: () => inspect().pin(null),
    },
  ];
}
