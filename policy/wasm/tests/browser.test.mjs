// The package in a browser, over HTTP as any web server gives it.
import assert from "node:assert/strict";
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import test from "node:test";
import { readFileSync } from "node:fs";
import { chromium } from "@playwright/test";

import { truncated, vectors } from "./inputs.mjs";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const { bad } = JSON.parse(readFileSync(new URL("../../vectors/bad/snapshots.json", import.meta.url), "utf8"));
const folders = { "/pkg/": new URL("../../../target/policy-pkg/", import.meta.url), "/tests/": new URL("./", import.meta.url) };

function serve(request, response) {
  if (request.url === "/") return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>policy</title>");
  const [prefix, folder] = Object.entries(folders).find(([prefix]) => request.url.startsWith(prefix)) ?? [];
  const file = prefix && new URL(request.url.slice(prefix.length), folder);
  if (!file || !existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(file.pathname)] ?? "text/plain" });
  return createReadStream(file).pipe(response);
}

test("in Chromium", async (context) => {
  const server = createServer(serve);
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  context.after(async () => {
    await browser.close();
    server.close();
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);

  await context.test("every vector is answered as expected", async () => {
    const failed = await page.evaluate(async (files) => {
      const { failures } = await import("/tests/vectors.mjs");
      return failures(await import("/pkg/index.js"), files);
    }, vectors);
    assert.deepEqual(failed, []);
  });

  await context.test("a wrong snapshot is refused with the way to what is wrong", async () => {
    const cut = truncated.map((text, index) => ({ name: `cut off, ${index}`, text, code: "not-json", path: null }));
    const failed = await page.evaluate(
      async ([bad, cut]) => {
        const { wronglyTaken } = await import("/tests/vectors.mjs");
        const policy = await import("/pkg/index.js");
        const wrong = cut.filter(({ text }) => {
          try {
            return policy.Policy.load(text);
          } catch (error) {
            return error.code !== "not-json";
          }
        });
        return [...wronglyTaken(policy, bad), ...wrong.map(({ name }) => name)];
      },
      [bad, cut],
    );
    assert.deepEqual(failed, []);
  });
});
