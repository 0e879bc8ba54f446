// Journeys in Chromium, with and without JavaScript, each on both databases; and in WebKit, with and without WebAssembly.
// `make test-e2e` builds what they need and sets BATON_PROGRAM, CHROMIUM, BATON_TEST_POSTGRES_URL and WEBKIT_DRIVER. Without
// BATON_TEST_POSTGRES_URL only SQLite is tested, without WEBKIT_DRIVER only Chromium.
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

// First, because they take longest. What they test does not depend on the database.
const webkits = [
  { name: "webkit", testDir: "webkit", use: { engine: "sqlite", https: true, webAssembly: true } },
  { name: "webkit-without-webassembly", testDir: "webkit", use: { engine: "sqlite", https: true, webAssembly: false } },
];

export default defineConfig({
  testDir: "journeys",
  outputDir: "../test-results",
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: !!process.env.CI,
  workers: 2,
  reporter: "list",
  projects: [
    ...(process.env.WEBKIT_DRIVER ? webkits : []),
    ...engines.flatMap((engine) => [
      { name: engine, use: { ...browser, engine } },
      // Tests tagged @script need JavaScript by their nature: islands, live progress.
      { name: `${engine}-without-javascript`, grepInvert: /@script/, use: { ...browser, engine, javaScriptEnabled: false } },
    ]),
  ],
});
