// Journeys in Chromium: with and without JavaScript, each on both databases. `make test-e2e` builds what they need and
// sets BATON_PROGRAM, CHROMIUM and BATON_TEST_POSTGRES_URL; without the last, only SQLite is tested.
import { defineConfig, devices } from "@playwright/test";

const engines = process.env.BATON_TEST_POSTGRES_URL ? ["sqlite", "postgres"] : ["sqlite"];

const browser = {
  ...devices["Desktop Chrome"],
  launchOptions: {
    executablePath: process.env.CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
  screenshot: "only-on-failure",
  trace: "retain-on-failure",
};

export default defineConfig({
  testDir: "journeys",
  outputDir: "../test-results",
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: !!process.env.CI,
  workers: 2,
  reporter: "list",
  projects: engines.flatMap((engine) => [
    { name: engine, use: { ...browser, engine } },
    // Tests tagged @script need JavaScript by their nature: islands, live progress.
    { name: `${engine}-without-javascript`, grepInvert: /@script/, use: { ...browser, engine, javaScriptEnabled: false } },
  ]),
});
