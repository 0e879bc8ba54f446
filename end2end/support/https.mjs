// TLS in front of a Baton, as a proxy terminates it in operation: with https Baton's cookies are `Secure`, and Safari's engine
// keeps no page that says `no-store`, which over plain http it does.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Agent, request as ask } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { promisify } from "node:util";

/** The paths of the certificate's files in a folder. */
export const certificateIn = (folder) => ({ certificate: join(folder, "tls.pem"), key: join(folder, "tls.key") });

/** Makes a certificate for this machine alone. */
export async function makeCertificate(folder) {
  const { certificate, key } = certificateIn(folder);
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", key, "-out", certificate],
  ]);
}

/** Passes everything on to a port of this machine (`inside`); `url` is where it listens. */
export class HttpsFront {
  #server;
  #agent = new Agent({ keepAlive: true });

  static async open({ certificate, key }, port, inside) {
    const front = new HttpsFront();
    front.#server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (request, response) => {
      const { method, url: path, headers } = request;
      const inner = ask({ host: "127.0.0.1", port: inside, method, path, headers, agent: front.#agent }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        // An answer that breaks off inside breaks off outside.
        pipeline(answer, response, () => {});
      });
      inner.on("error", () => response.destroy()); // Baton is down; the browser shall see that
      response.on("close", () => response.writableFinished || inner.destroy());
      request.pipe(inner);
    });
    await new Promise((resolve, reject) => front.#server.once("error", reject).listen(port, "127.0.0.1", resolve));
    front.url = `https://localhost:${port}`;
    return front;
  }

  close() {
    this.#agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
