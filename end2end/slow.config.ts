import base from './playwright.config';
export default { ...base, expect: { timeout: 40_000 }, timeout: 200_000, workers: 1 };
