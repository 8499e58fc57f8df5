/* The app's pages; any other address shows the first. */
export const PATHS = ['/', '/settings', '/logs'] as const;

export type Path = (typeof PATHS)[number];
