// The contact sheet: every picture on one page, and on top what the machine found.
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** `pictures` are `{ page, look, file, width }`; `findings` are `{ page, look, text }`. */
export function sheet(pictures, findings) {
  const pages = Map.groupBy ? Map.groupBy(pictures, ({ page }) => page) : grouped(pictures);
  const found = findings.map(({ page, look, text }) => `<li><a href="#${page}">${page}</a> (${look}): ${escaped(text)}</li>`);
  const sections = [...pages].map(
    ([page, shots]) => `<section id="${page}"><h2>${page}</h2><div>${shots
      .map(({ look, file, width }) => `<figure><a href="${file}"><img loading="lazy" src="${file}" width="${Math.round(width / 3)}" alt="${page}, ${look}"></a><figcaption>${look}</figcaption></figure>`)
      .join("")}</div></section>`,
  );
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Baton's pages</title>
<style>
body { margin: 2rem; font: 15px/1.5 system-ui, sans-serif; background: #ddd; color: #111 }
section div { display: flex; flex-wrap: wrap; align-items: start; gap: 1rem }
figure { margin: 0 } img { display: block; height: auto; border: 1px solid #999 } figcaption { font-size: 12px }
</style>
<h1>Baton's pages</h1>
<p>${pages.size} pages, ${pictures.length} pictures, ${findings.length} findings.</p>
<ul>${found.join("")}</ul>
${sections.join("\n")}
</html>`;
}

function grouped(pictures) {
  const groups = new Map();
  for (const picture of pictures) groups.set(picture.page, [...(groups.get(picture.page) ?? []), picture]);
  return groups;
}
