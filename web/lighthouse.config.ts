import browser from './playwright.config.ts';

export default { ...browser, testMatch: 'lighthouse/*.spec.ts', testIgnore: [] };
