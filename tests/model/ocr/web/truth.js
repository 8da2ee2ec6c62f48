// What is visible on a page: words with boxes, and controls with kind, name, state and box, all in device pixels.
(() => {
  const scale = window.devicePixelRatio;
  const box = (r) => [r.left, r.top, r.right, r.bottom].map((v) => v * scale);
  const isInView = (r) =>
    r.width > 1 && r.height > 1 && r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight;
  const isOpaque = (el) => {
    for (let e = el; e; e = e.parentElement) if (+getComputedStyle(e).opacity < 0.3) return false;
    return getComputedStyle(el).visibility === "visible";
  };
  const isOnTop = (el, r) => {
    const hit = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
    return hit && (hit === el || el.contains(hit) || hit.contains(el));
  };
  const isSeen = (el, r) => isInView(r) && isOpaque(el) && isOnTop(el, r);
  const shown = (el, text) => {
    const how = getComputedStyle(el).textTransform;
    if (how === "uppercase") return text.toUpperCase();
    return how === "lowercase" ? text.toLowerCase() : text;
  };

  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (["SCRIPT", "STYLE", "OPTION", "TEXTAREA", "NOSCRIPT"].includes(parent.tagName)) continue;
    for (const match of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const rects = range.getClientRects();
      if (rects.length !== 1 || !isSeen(parent, rects[0])) continue;
      words.push({
        text: shown(parent, match[0]),
        box: box(rects[0]),
        font_px: parseFloat(getComputedStyle(parent).fontSize) * scale,
        role: parent.closest("a[href]") ? "link" : parent.closest("button") ? "button" : "text",
      });
    }
  }

  const kindOf = (el) => {
    if (el.matches("[role=tab], [role=tab] a")) return "tab";
    if (el.matches("button, input[type=submit], input[type=button], input[type=reset], a.button, a.btn, a[role=button]"))
      return "button";
    if (el.matches("input[type=checkbox]")) return "checkbox";
    if (el.matches("input[type=radio]")) return "radio";
    if (el.matches("select")) return "choice";
    if (el.matches("textarea, input")) return "field";
    return "link";
  };
  const nameOf = (el) => {
    if (el.matches("select")) return el.selectedOptions[0] ? el.selectedOptions[0].text : "";
    if (el.matches("input[type=checkbox], input[type=radio]")) return el.labels[0] ? el.labels[0].innerText.trim() : "";
    if (el.matches("input, textarea")) return el.value || el.placeholder || "";
    return shown(el, el.innerText.trim());
  };
  const controls = [];
  for (const el of document.querySelectorAll(
    "button, a[href], input:not([type=hidden]), textarea, select, [role=tab]")) {
    if (el.matches("[role=tab]") && el.querySelector("a[href], button")) continue;
    const rects = el.getClientRects();
    if (rects.length !== 1 || !isSeen(el, rects[0])) continue;
    const kind = kindOf(el);
    const name = nameOf(el).replace(/\s+/g, " ");
    if (!name && kind !== "field") continue;
    const state = kind === "checkbox" || kind === "radio" ? el.checked : null;
    controls.push({
      kind, name, state, box: box(rects[0]), font_px: parseFloat(getComputedStyle(el).fontSize) * scale,
    });
  }
  return { words, controls };
})();
