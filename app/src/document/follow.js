// Keeps a page up to date that shows something under way. The server renders, this puts what changed into place.
const page = document.getElementById("live");
const lost = document.getElementById("live-lost");
const { events, home } = page.dataset;
let { revision, say } = page.dataset;
let source;
let timer;
let failures = 0;
let leaving = false;

const mark = (node) => (node.getAttribute ? `${node.nodeName}#${node.id}.${node.getAttribute("class")}` : node.nodeName);

// Elements that are still the same stay the same, and with them focus and reading position.
function morph(old, now) {
  let next = old.firstChild;
  for (const wanted of [...now.childNodes]) {
    let found = next;
    while (found && mark(found) !== mark(wanted)) found = found.nextSibling;
    if (!found) {
      old.insertBefore(wanted, next);
      continue;
    }
    while (next !== found) next = remove(next);
    if (wanted.attributes) {
      for (const { name } of [...found.attributes]) if (!wanted.hasAttribute(name)) found.removeAttribute(name);
      for (const { name, value } of wanted.attributes) if (found.getAttribute(name) !== value) found.setAttribute(name, value);
      morph(found, wanted);
    } else if (found.nodeValue !== wanted.nodeValue) {
      found.nodeValue = wanted.nodeValue;
    }
    next = found.nextSibling;
  }
  while (next) next = remove(next);
}

function remove(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function show(title, words, contentOf) {
  const focus = document.activeElement;
  for (const part of document.querySelectorAll("[data-live]")) {
    const content = contentOf(part.id);
    if (content) morph(part, content);
  }
  if (focus && !focus.isConnected) {
    const heading = document.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  document.title = title;
  if (words !== say) page.textContent = words;
  say = words;
}

function contentFrom(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function stop() {
  clearTimeout(timer);
  if (source) source.close();
}

// What the last form did is said on this page alone, so it stays until that can have been read.
function leave() {
  leaving = true;
  stop();
  const stays = document.getElementById("flash") ? 6000 - performance.now() : 0;
  setTimeout(() => location.replace(home), Math.max(0, stays));
}

function heard() {
  failures = 0;
  lost.hidden = true;
  clearTimeout(timer);
  timer = setTimeout(retry, 45000); // three beats of the server
}

function follow() {
  stop();
  if (leaving || document.hidden) return;
  timer = setTimeout(retry, 45000);
  source = new EventSource(`${events}&known=${revision}`);
  source.onerror = () => retry();
  source.addEventListener("beat", heard);
  source.addEventListener("over", leave);
  source.addEventListener("page", ({ data, lastEventId }) => {
    heard();
    revision = lastEventId;
    const news = JSON.parse(data);
    show(news.title, news.say, (id) => id in news.parts && contentFrom(news.parts[id]));
  });
}

// Waits longer each time, and somewhat at random, so that not everybody comes back at once.
function retry(longest = 30000) {
  stop();
  if (leaving) return;
  failures += 1;
  timer = setTimeout(ask, Math.min(longest, 400 * 2 ** failures) * (0.5 + Math.random()));
}

// The page itself answers where its events do not: when they are refused, held up on their way, or over. It is left only
// for a server that is there, because a full-screen page has no way back from the browser's own error.
async function ask() {
  try {
    // Nobody did anything: it does not keep a session alive.
    const answer = await fetch(home, { cache: "no-store", headers: { "X-Unattended": "1" } });
    if (answer.status >= 500) throw answer;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    const its = now.getElementById("live");
    if (!its || its.dataset.events !== events) return leave();
    lost.hidden = true;
    revision = its.dataset.revision;
    show(now.title, its.dataset.say, (id) => now.getElementById(id));
  } catch (_) {
    lost.hidden = false;
    return retry();
  }
  follow();
  source.onerror = () => retry(5000);
}

document.addEventListener("visibilitychange", () => (document.hidden ? stop() : follow()));
addEventListener("pagehide", stop);
addEventListener("pageshow", ({ persisted }) => persisted && follow());
follow();
