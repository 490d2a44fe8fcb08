import { isThemeChoice, type ThemeChoice, type UiStore } from '../stores/ui-store.ts';

const HINT = 'aoscope.theme';

/** The theme that was used last here, so that the first paint is right before the shell has answered. */
export function firstTheme(): ThemeChoice {
  const hint = localStorage.getItem(HINT);
  return isThemeChoice(hint) ? hint : 'system';
}

/** Which theme a choice comes to. */
export function resolveTheme(choice: ThemeChoice, isSystemDark: boolean): 'light' | 'dark' {
  if (choice === 'system') return isSystemDark ? 'dark' : 'light';
  return choice;
}

/** Keeps `data-theme` of the document in step with the choice and the system. */
export function followTheme(ui: UiStore): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const { theme } = ui.getState();
    document.documentElement.dataset['theme'] = resolveTheme(theme, system.matches);
    localStorage.setItem(HINT, theme);
  };
  apply();
  system.addEventListener('change', apply);
  ui.subscribe((state, before) => {
    if (state.theme !== before.theme) apply();
  });
}
