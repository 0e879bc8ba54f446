// Ports of this machine on which nothing listens yet.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** One that the system picks, for something that starts now. */
export function freePort() {
  return portLike(0);
}

/** One that the system gives to no outgoing connection, for something that starts again and again. */
export async function steadyPort() {
  for (;;) {
    const port = await portLike(randomInt(20_000, 32_000)).catch((error) => {
      if (error.code !== "EADDRINUSE") throw error;
    });
    if (port) return port;
  }
}

function portLike(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
