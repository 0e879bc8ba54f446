// What can be told without an eye for it: whether a page holds its text, and whether a thumb can hit what it should.
// `lookOver` runs in the page, so it is whole in itself.

/**
 * Answers a sentence for each finding. `touch`: everything that can be tapped must be 44 px each way (links within a line of
 * text aside, as WCAG has it too).
 */
export function lookOver({ touch }) {
  const findings = [];
  const describe = (element) => {
    const name = element.tagName.toLowerCase() + (element.className && typeof element.className === "string" ? `.${element.className.trim().split(/\s+/).join(".")}` : "");
    const text = (element.innerText || element.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ").slice(0, 50);
    return text ? `${name} “${text}”` : name;
  };
  const hiddenForEyes = (element) => element.closest(".visually-hidden, .skip, [hidden]") !== null || clippedAway(element);
  const clippedAway = (element) => {
    for (let at = element; at; at = at.parentElement) if (getComputedStyle(at).clipPath === "inset(50%)") return true;
    return false;
  };
  const floats = (element) => {
    for (let at = element; at; at = at.parentElement) if (["sticky", "fixed"].includes(getComputedStyle(at).position)) return at;
    return null;
  };

  const html = document.documentElement;
  const width = html.clientWidth;
  if (html.scrollWidth > width) findings.push(`scrolls sideways by ${html.scrollWidth - width} px`);

  // Each line of text with the box it takes. Letters fill about the middle two thirds of a line's height.
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility() || hiddenForEyes(parent) || parent.closest("datalist, option, script")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      const inset = box.height / 5;
      lines.push({ node, parent, left: box.left, right: box.right, top: box.top + inset, bottom: box.bottom - inset, floats: floats(parent) });
    }
  }

  for (const line of lines) {
    // A strip that is meant to be scrolled may hold more than is in view.
    const scroller = (() => {
      for (let at = line.parent; at && at !== html; at = at.parentElement) {
        if (["auto", "scroll"].includes(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return at;
      }
      return null;
    })();
    if (scroller) continue;
    if (line.right > width + 1 || line.left < -1) findings.push(`text leaves the window: ${describe(line.parent)}`);
    for (let at = line.parent; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
      const framed = style.borderLeftWidth !== "0px" || (style.backgroundColor !== "rgba(0, 0, 0, 0)" && style.display !== "inline");
      if (!clips && !framed) continue;
      if (line.right > box.right + 1 || line.left < box.left - 1 || line.bottom > box.bottom + 1 || line.top < box.top - 1) {
        findings.push(`text ${clips ? "is cut by" : "leaves"} ${describe(at)}: ${line.node.data.trim().slice(0, 40)}`);
      }
      break;
    }
  }

  lines.sort((a, b) => a.top - b.top);
  for (let i = 0; i < lines.length; i += 1) {
    for (let j = i + 1; j < lines.length && lines[j].top < lines[i].bottom; j += 1) {
      const [a, b] = [lines[i], lines[j]];
      if (a.node === b.node || a.floats !== b.floats) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - b.top > 1) {
        findings.push(`texts overlap: ${describe(a.parent)} and ${describe(b.parent)}`);
      }
    }
  }

  if (touch) {
    for (const target of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
      if (!target.checkVisibility() || hiddenForEyes(target)) continue;
      const style = getComputedStyle(target);
      if (target.tagName === "A" && style.display === "inline") continue;
      let { left, right, top, bottom } = target.getBoundingClientRect();
      // A tap on the label counts as one on its box.
      for (const label of target.labels ?? []) {
        const box = label.getBoundingClientRect();
        [left, right, top, bottom] = [Math.min(left, box.left), Math.max(right, box.right), Math.min(top, box.top), Math.max(bottom, box.bottom)];
      }
      const [wide, high] = [right - left, bottom - top].map((size) => Math.round(size * 10) / 10);
      if (wide < 44 || high < 44) findings.push(`is too small to tap, ${wide} × ${high} px: ${describe(target)}`);
    }
  }
  return [...new Set(findings)];
}
