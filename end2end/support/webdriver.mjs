// The few commands of the WebDriver protocol (W3C) that the tests need, over HTTP.
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** A refusal by the driver; `code` is the protocol's name for it, such as `stale element reference`. */
export class WebDriverError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** One window of one browser. */
export class Session {
  #base;

  /** Opens a browser with these capabilities at the driver's address. */
  static async open(driver, capabilities) {
    const session = new Session();
    const { sessionId } = await send("POST", `${driver}/session`, { capabilities: { alwaysMatch: capabilities } });
    session.#base = `${driver}/session/${sessionId}`;
    return session;
  }

  /** Runs the body of a function in the page and answers what it returns. Content-Security-Policy does not apply to it. */
  run(script, ...args) {
    return send("POST", `${this.#base}/execute/sync`, { script, args: args.map(wrapped) }).then(unwrapped);
  }

  /** The same for a function that returns a promise. */
  async runAsync(script, ...args) {
    const body = `const done = arguments[arguments.length - 1];
      (async function () { ${script} }).apply(null, arguments).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = unwrapped(await send("POST", `${this.#base}/execute/async`, { script: body, args: args.map(wrapped) }));
    if (error) throw new WebDriverError("javascript error", error);
    return value;
  }

  goto = (url) => send("POST", `${this.#base}/url`, { url });
  url = () => send("GET", `${this.#base}/url`);
  back = () => send("POST", `${this.#base}/back`, {});
  reload = () => send("POST", `${this.#base}/refresh`, {});
  title = () => send("GET", `${this.#base}/title`);
  cookies = () => send("GET", `${this.#base}/cookie`);
  forgetCookies = () => send("DELETE", `${this.#base}/cookie`);
  resize = (width, height) => send("POST", `${this.#base}/window/rect`, { width, height });
  setTimeouts = (timeouts) => send("POST", `${this.#base}/timeouts`, timeouts);
  screenshot = async () => Buffer.from(await send("GET", `${this.#base}/screenshot`), "base64");
  close = () => send("DELETE", this.#base);

  /** Name and role of an element, as the engine tells them to VoiceOver and its like. */
  accessibleName = (element) => send("GET", `${this.#base}/element/${element.id}/computedlabel`);
  role = (element) => send("GET", `${this.#base}/element/${element.id}/computedrole`);

  /** Clicks where a person would: in the middle, after scrolling, and never through something that lies above. */
  click = (element) => send("POST", `${this.#base}/element/${element.id}/click`, {});
  clear = (element) => send("POST", `${this.#base}/element/${element.id}/clear`, {});
  type = (element, text) => send("POST", `${this.#base}/element/${element.id}/value`, { text });
}

const wrapped = (value) => (value?.id && value.isElement ? { [ELEMENT]: value.id } : value);

function unwrapped(value) {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (value === null || typeof value !== "object") return value;
  if (ELEMENT in value) return { isElement: true, id: value[ELEMENT] };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrapped(inner)]));
}

async function send(method, url, body) {
  const answer = await fetch(url, {
    method,
    body: body && JSON.stringify(body),
    headers: body && { "content-type": "application/json" },
    signal: AbortSignal.timeout(90_000),
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new WebDriverError(value.error, value.message);
  return value;
}
