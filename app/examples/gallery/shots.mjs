// Photographs the gallery: `node app/examples/gallery/shots.mjs [part of a page's name]`, after
// `cargo run -p baton-app --example gallery --features pages`. Pictures go to target/gallery/shots.
// Needs playwright-core, and a Chromium named by CHROMIUM or found as `chromium`.
import { createServer } from "node:http";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.PLAYWRIGHT_FROM ?? process.cwd(), "package.json"));
const { chromium } = require("playwright-core");

const gallery = process.env.GALLERY ?? "target/gallery";
const wanted = process.argv[2] ?? "";
const types = { css: "text/css", html: "text/html; charset=utf-8", svg: "image/svg+xml", png: "image/png" };
const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; script-src 'nonce-c2FtcGxlLW5vbmNl' 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'";

const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const file = path.startsWith("/pkg/icon")
    ? `style/icons/${path.slice(5)}`
    : path.startsWith("/pkg/")
      ? `style/${path.slice(5)}`
      : `${gallery}${path}`;
  try {
    const body = readFileSync(file);
    response.writeHead(200, { "content-type": types[file.split(".").pop()], "content-security-policy": policy });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
});
mkdirSync(`${gallery}/shots`, { recursive: true });
const looks = [
  { name: "390-light", width: 390, height: 844, colorScheme: "light" },
  { name: "390-dark", width: 390, height: 844, colorScheme: "dark" },
  { name: "1440-light", width: 1440, height: 900, colorScheme: "light" },
  { name: "1440-dark", width: 1440, height: 900, colorScheme: "dark" },
];
const only = process.env.LOOK;
const pages = readdirSync(gallery).filter((file) => file.endsWith(".html") && file.includes(wanted));
for (const look of looks.filter((look) => !only || look.name.includes(only))) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.colorScheme,
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") console.log(`${page.url()}: ${message.text()}`);
  });
  for (const file of pages) {
    await page.goto(`${origin}/${file}`);
    const wide = await page.locator("html").evaluate((html) => html.scrollWidth > html.clientWidth);
    if (wide) console.log(`${file} at ${look.name} scrolls sideways`);
    await page.screenshot({ path: `${gallery}/shots/${file.replace(".html", "")}.${look.name}.png`, fullPage: true });
  }
  await context.close();
}
await browser.close();
server.close();
