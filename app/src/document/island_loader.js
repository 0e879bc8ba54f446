const islands = document.getElementsByTagName("leptos-island");
if (islands.length) {
  const module = await import("/pkg/baton.js");
  await module.default({ module_or_path: "/pkg/baton.wasm" });
  module.hydrate();
  for (const island of islands) await module[island.dataset.component]?.(island);
}
