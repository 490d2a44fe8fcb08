import { isThemeChoice, type ThemeChoice, type UiStore } from '../stores/ui-store.ts';

const HINT = 'aoscope.theme';

/** The theme that was used last here, so that the first paint is right before the shell has answered. */
export function firstTheme(): ThemeChoice {
  const hint = localStorage.getItem(HINT);
  return isThemeChoice(hint) ? hint : 'system';
}

/** What the system asks of every window. */
export interface SystemWish {
  readonly isDark: boolean;
  readonly hasMoreContrast: boolean;
  /** The system draws with its own few colours, whatever a page says. */
  readonly isForced: boolean;
}

/** Which theme a choice comes to. What is drawn must suit the system's own colours where it forces them on a page. */
export function resolveTheme(choice: ThemeChoice, system: SystemWish): Exclude<ThemeChoice, 'system'> {
  if (choice !== 'system' && !system.isForced) return choice;
  if (system.hasMoreContrast || system.isForced) return system.isDark ? 'contrast-dark' : 'contrast-light';
  return system.isDark ? 'dark' : 'light';
}

/** Keeps `data-theme` of the document in step with the choice and the system. */
export function followTheme(ui: UiStore): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const contrast = matchMedia('(prefers-contrast: more)');
  const forced = matchMedia('(forced-colors: active)');
  const apply = (): void => {
    const { theme } = ui.getState();
    document.documentElement.dataset['theme'] = resolveTheme(theme, {
      isDark: dark.matches,
      hasMoreContrast: contrast.matches,
      isForced: forced.matches,
    });
    localStorage.setItem(HINT, theme);
  };
  apply();
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  forced.addEventListener('change', apply);
  ui.subscribe((state, before) => {
    if (state.theme !== before.theme) apply();
  });
}
