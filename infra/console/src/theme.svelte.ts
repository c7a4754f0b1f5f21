// Light, dark, or as the system has it, which is the beginning. The choice is this browser's.
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'constellation.theme';

class Choice {
  now = $state<Theme>((localStorage.getItem(KEY) as Theme | null) ?? 'system');

  choose(theme: Theme): void {
    this.now = theme;
    localStorage.setItem(KEY, theme);
    this.apply();
  }

  apply(): void {
    document.documentElement.dataset.theme = this.now;
  }
}

export const theme = new Choice();
