import type { App } from '../stores/app-context.ts';
import type { Command } from './registry.ts';

const category = 'Recording';

/** What can be done with a process of a network that was brought home. */
export function homeCommands(app: App): Command[] {
  const { getState } = app.home;
  const isMoving = (): boolean => ['fetching', 'waiting', 'following'].includes(getState().home?.does ?? '');
  const isStill = (): boolean => getState().home !== null && !isMoving();
  return [
    {
      id: 'home.goOn',
      title: 'Go on fetching the process that was brought home',
      category,
      isEnabled: isStill,
      run: () => getState().go(false),
    },
    {
      id: 'home.follow',
      title: 'Follow the head of the process that was brought home',
      category,
      isEnabled: () => getState().home !== null && getState().home?.isFollowed !== true,
      run: () => getState().go(true),
    },
    {
      id: 'home.stop',
      title: 'Stop fetching the process that was brought home',
      category,
      isEnabled: isMoving,
      run: () => getState().stop(),
    },
  ];
}
