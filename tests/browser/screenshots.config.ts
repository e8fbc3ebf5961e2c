import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

/** `cargo xtask screenshots`: the pictures of docs/screenshots/, by the same browser and server as the tests. */
export default defineConfig({ ...base, projects: base.projects!.slice(0, 1), testMatch: 'screenshots.ts', retries: 0 });
