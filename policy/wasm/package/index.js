// Baton's policy in JavaScript. Importing it loads the WebAssembly beside it: over HTTP in a browser, from the disk in Node.
import load, { Organisation, answer as answerText, sentence as sentenceText } from "./baton_policy_wasm.js";

const wasm = new URL("./baton_policy_wasm_bg.wasm", import.meta.url);
// Bundlers for browsers leave Node's modules out.
const fromDisk = async () => (await import(/* @vite-ignore */ /* webpackIgnore: true */ "node:fs/promises")).readFile(wasm);
await load({ module_or_path: wasm.protocol === "file:" ? await fromDisk() : wasm });

/** What does not fit: `code` names the kind of problem, `path` the way to it in what was given, such as `devices[3].holder`. */
export class PolicyError extends Error {
  constructor({ code, path, message }) {
    super(message);
    this.name = "PolicyError";
    this.code = code;
    this.path = path;
  }
}

const text = (value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "null"));

/** The policy's errors are JSON; anything else that is thrown is a fault of the program. */
function attempt(what) {
  try {
    return what();
  } catch (thrown) {
    if (typeof thrown !== "string") throw thrown;
    throw new PolicyError(JSON.parse(thrown));
  }
}

/** An organisation: a snapshot made ready for questions. */
export class Policy {
  #organisation;

  constructor(organisation) {
    this.#organisation = organisation;
  }

  /** Reads a snapshot, as an object or as JSON. Throws a PolicyError where it does not fit. */
  static load(snapshot) {
    return new Policy(attempt(() => new Organisation(text(snapshot))));
  }

  /** Asks a question as data; the methods below ask for you. */
  ask(question) {
    return JSON.parse(attempt(() => this.#organisation.ask(text(question))));
  }

  /** Whether the device gets the item, or would if `holder` held it. */
  decide(item, device, holder) {
    return this.ask({ decide: { item, device, holder } });
  }

  /** Every item with its decision. */
  decisions(device, holder) {
    return this.ask({ decisions: { device, holder } });
  }

  /** Why, and what would change it; with a language, also in sentences. */
  explain(item, device, { holder, language } = {}) {
    return this.ask({ explain: { item, device, holder, language } });
  }

  /** What must change on the device for `holder` to hold it, and whether it is clean as it is. */
  plan(device, holder) {
    return this.ask({ plan: { device, holder } });
  }

  /** What the changes would do, made one after the other. Nothing is changed. */
  whatIf(changes) {
    return this.ask({ whatIf: { changes } });
  }

  /** What is wrong with the policy as a whole. */
  lint() {
    return this.ask({ lint: {} });
  }

  /** The tree of a rule's text; `side` is "user" or "device". */
  parseRule(side, rule) {
    return this.ask({ parseRule: { side, text: rule } });
  }

  /** The text of a rule's tree. */
  printRule(side, rule) {
    return this.ask({ printRule: { side, rule } });
  }

  /** Makes a change, and names the devices that may get something else now. */
  apply(change) {
    return JSON.parse(attempt(() => this.#organisation.apply(text(change))));
  }

  /** The snapshot as it is now. */
  snapshot() {
    return JSON.parse(attempt(() => this.#organisation.snapshot()));
  }

  /** Gives the memory back. Nothing can be asked afterwards. */
  free() {
    this.#organisation.free();
  }
}

/** Answers a question about a device, an enrollment or Apple's table that needs no organisation. */
export function answer(request) {
  return JSON.parse(attempt(() => answerText(text(request))));
}

/** The sentence for a code: sentence("en", "plan", "not-desired"). The code itself where there is none. */
export function sentence(language, part, code) {
  return sentenceText(language, part, code);
}
