// Serves the gallery's files as Baton would serve the pages, on a free port.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const types = { css: "text/css", html: "text/html; charset=utf-8", js: "text/javascript", svg: "image/svg+xml", png: "image/png" };
const policy =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; script-src 'nonce-c2FtcGxlLW5vbmNl' 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'";

// The pages are looked at as they come from the server; the islands' module is there and does nothing.
const noIslands = "export default async () => {}; export const hydrate = () => {};";

export async function serve(gallery) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const answer = (body, type) => response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(body);
    // Nothing happens in the gallery, and a page that follows its device waits for that as long as it is looked at.
    if (path.endsWith("/events")) return response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    if (path === "/pkg/baton.js") return answer(noIslands, types.js);
    const file = path.startsWith("/pkg/icon")
      ? `style/icons/${path.slice(5)}`
      : path.startsWith("/pkg/")
        ? `style/${path.slice(5)}`
        : `${gallery}${path}`;
    try {
      return answer(readFileSync(file), types[file.split(".").pop()]);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() && server.closeAllConnections() };
}
