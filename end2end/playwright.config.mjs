// Journeys in Chromium, with and without JavaScript, and in WebKit, with and without WebAssembly; on PostgreSQL those that the
// database has a part in.
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
  // Traces keep a processor busy. `make test-e2e ARGS="--trace retain-on-failure"` records them.
  screenshot: "only-on-failure",
};

// First, because they take longest. What they test does not depend on the database.
const webkits = [
  { name: "webkit", testDir: "webkit", use: { engine: "sqlite", https: true, webAssembly: true } },
  { name: "webkit-without-webassembly", testDir: "webkit", use: { engine: "sqlite", https: true, webAssembly: false } },
];

// What a page weighs and looks like does not depend on the database, and what it shows without scripts only where people hand
// a phone over: the services behind the other pages have their tests on both databases.
const onPostgres = {
  script: ["actions", "configurations", "console", "handover", "live", "what-if"],
  "no script": ["console", "handover"],
};
const matching = (engine, scripting) => (engine === "postgres" ? onPostgres[scripting].map((name) => `${name}.spec.mjs`) : undefined);

export default defineConfig({
  testDir: "journeys",
  globalSetup: "./support/templates.mjs",
  outputDir: "../test-results",
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: !!process.env.CI,
  workers: 3,
  reporter: "list",
  projects: [
    ...(process.env.WEBKIT_DRIVER ? webkits : []),
    ...engines.flatMap((engine) => [
      { name: engine, testMatch: matching(engine, "script"), use: { ...browser, engine } },
      // Tests tagged @script need JavaScript by their nature: islands, live progress.
      {
        name: `${engine}-without-javascript`,
        testMatch: matching(engine, "no script"),
        grepInvert: /@script/,
        use: { ...browser, engine, javaScriptEnabled: false },
      },
    ]),
  ],
});
