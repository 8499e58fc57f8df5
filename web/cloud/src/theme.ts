/* Light, dark, or as the system says. */
export type Theme = 'light' | 'dark' | 'auto';

const system = matchMedia('(prefers-color-scheme: dark)');

export function storedTheme(): Theme {
  const theme = localStorage.getItem('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

export function applyTheme(theme: Theme = storedTheme()): void {
  const dark = theme === 'dark' || (theme === 'auto' && system.matches);
  document.documentElement.classList.toggle('wa-dark', dark);
  document.documentElement.classList.toggle('wa-light', !dark);
}

export function setTheme(theme: Theme): void {
  localStorage.setItem('theme', theme);
  applyTheme(theme);
}

system.addEventListener('change', () => applyTheme());
