// What is visible on a page: words, controls and icons with boxes in device pixels, and why others were left out.
(() => {
  const scale = window.devicePixelRatio;
  const box = (r) => [r.left, r.top, r.right, r.bottom].map((v) => v * scale);
  const dropped = {};
  const drop = (why) => { dropped[why] = (dropped[why] || 0) + 1; };
  const tidy = (text) => (text || "").replace(/\s+/g, " ").trim();

  const isOpaque = (el) => {
    for (let e = el; e; e = e.parentElement) if (+getComputedStyle(e).opacity < 0.3) return false;
    return getComputedStyle(el).visibility === "visible";
  };
  const isHit = (el, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (hit === el || el.contains(hit) || hit.contains(el) || [...(hit.labels || [])].includes(el));
  };
  // What the window and the boxes that scroll leave of a rectangle.
  const clipped = (el, r) => {
    const c = { left: Math.max(0, r.left), top: Math.max(0, r.top) };
    c.right = Math.min(innerWidth, r.right);
    c.bottom = Math.min(innerHeight, r.bottom);
    for (let e = el.parentElement; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const q = e.getBoundingClientRect();
      c.left = Math.max(c.left, q.left);
      c.top = Math.max(c.top, q.top);
      c.right = Math.min(c.right, q.right);
      c.bottom = Math.min(c.bottom, q.bottom);
    }
    return c;
  };
  const MIN_SEEN = 0.6;
  // The visible outline of an element, or null; counts why not.
  const PARTS = { reach: [0.35, 0.35], nMin: 4 };
  const WHOLE = { reach: [0.48, 0.3], nMin: 5 }; // lines may overlap, so not the edges above and below
  const outline = (el, r, { reach, nMin } = PARTS) => {
    if (r.width <= 1 || r.height <= 1) return drop("without extent"), null;
    if (!isOpaque(el)) return drop("invisible"), null;
    const c = clipped(el, r);
    const [width, height] = [c.right - c.left, c.bottom - c.top];
    if (width <= 1 || height <= 1) return drop("scrolled away"), null;
    if (width * height < MIN_SEEN * r.width * r.height) return drop("cut off"), null;
    const [x, y] = [(c.left + c.right) / 2, (c.top + c.bottom) / 2];
    const corners = [-1, 1].flatMap((a) => [-1, 1].map((b) => [x + a * reach[0] * width, y + b * reach[1] * height]));
    const isFree = isHit(el, x, y) && [[x, y], ...corners].filter(([a, b]) => isHit(el, a, b)).length >= nMin;
    if (!isFree) return drop("covered"), null;
    return c;
  };
  const isWhole = (r, c) =>
    Math.abs(r.left - c.left) + Math.abs(r.right - c.right) + Math.abs(r.top - c.top) + Math.abs(r.bottom - c.bottom) < 1;
  const shown = (el, text) => {
    const how = getComputedStyle(el).textTransform;
    if (how === "uppercase") return text.toUpperCase();
    return how === "lowercase" ? text.toLowerCase() : text;
  };

  // Ligature fonts write an icon as a word.
  const isLigature = (el) => /material-(icons|symbols)/.test(el.className);
  const isGlyph = (el) => el.matches("i, svg, img, [class*=icon]") && !tidy(el.innerText) || isLigature(el);
  const glyph = (el) => ({
    classes: [...el.classList, ...[...el.querySelectorAll("use")].map((u) => (u.getAttribute("href") || "").slice(1))],
    ligature: isLigature(el) ? tidy(el.textContent) : "",
    box: box(el.getBoundingClientRect()),
    name: tidy(el.getAttribute("aria-label") || el.getAttribute("alt") || el.getAttribute("title")),
  });
  const glyphsIn = (el) => [...el.querySelectorAll("i, svg, img, span")].filter(isGlyph).map(glyph);

  const CONTROLS =
    "button, a[href], input:not([type=hidden]), textarea, select, summary, [role=tab], [role=button], [role=menuitem]," +
    "[role=option], [role=switch], [role=checkbox], [role=radio], [role=link]";
  const windowOf = (el) => {
    const dialog = el.closest("dialog, [role=dialog], [role=alertdialog]");
    const titled = dialog && document.getElementById(dialog.getAttribute("aria-labelledby"));
    return dialog ? tidy(titled ? titled.innerText : dialog.getAttribute("aria-label")) : document.title;
  };

  const words = [];
  const parents = []; // of the words
  const blocks = [];
  const blockOf = (el) => {
    let block = el;
    while (block.parentElement && getComputedStyle(block).display.startsWith("inline") && (block.matches("a") || !block.matches(CONTROLS)))
      block = block.parentElement;
    if (!blocks.includes(block)) blocks.push(block);
    return blocks.indexOf(block);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (["SCRIPT", "STYLE", "OPTION", "TEXTAREA", "NOSCRIPT"].includes(parent.tagName) || isLigature(parent)) continue;
    for (const match of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const rects = range.getClientRects();
      if (rects.length !== 1) { drop("broken over lines"); continue; }
      const seen = outline(parent, rects[0], WHOLE);
      if (!seen) continue;
      if (!isWhole(rects[0], seen)) { drop("cut off"); continue; }
      parents.push(parent);
      words.push({
        text: shown(parent, match[0]),
        box: box(rects[0]),
        font_px: parseFloat(getComputedStyle(parent).fontSize) * scale,
        role: parent.closest("a[href]") ? "link" : parent.closest("button") ? "button" : "text",
        block: blockOf(parent),
        is_in_control: Boolean(parent.closest(CONTROLS)),
        window: windowOf(parent),
      });
    }
  }

  const kindOf = (el) => {
    if (el.matches("[role=tab], [role=tab] a")) return "tab";
    if (el.matches("[role=menuitem], [role=option]")) return "menu";
    if (el.matches("input[type=checkbox], [role=checkbox], [role=switch]")) return "checkbox";
    if (el.matches("input[type=radio], [role=radio]")) return "radio";
    if (el.matches("input[type=range], input[type=color], input[type=file], input[type=image]")) return "other";
    if (el.matches("button, summary, input[type=submit], input[type=button], input[type=reset], a.button, a.btn, [role=button]"))
      return "button";
    if (el.matches("select")) return "choice";
    if (el.matches("textarea, input")) return "field";
    return "link";
  };
  const labelOf = (el) => {
    const by = document.getElementById(el.getAttribute("aria-labelledby"));
    return tidy((by && by.innerText) || (el.labels && el.labels[0] && el.labels[0].innerText));
  };
  const nameOf = (el) => {
    if (el.matches("select")) return el.selectedOptions[0] ? el.selectedOptions[0].text : "";
    if (el.matches("input[type=checkbox], input[type=radio]")) return el.labels[0] ? el.labels[0].innerText.trim() : "";
    if (el.matches("input[type=password]")) return el.value ? "" : el.placeholder;
    if (el.matches("input, textarea")) return el.value || el.placeholder || "";
    if (el.matches("[role=menuitem], [role=option]") && el.querySelector("kbd")) {
      const without = el.cloneNode(true);
      for (const key of without.querySelectorAll("kbd")) key.remove();
      return shown(el, without.textContent.trim());
    }
    return isLigature(el) ? "" : shown(el, [...el.querySelectorAll("*")].some(isLigature)
      ? [...el.childNodes].filter((n) => n.nodeType === 3 || !isLigature(n)).map((n) => n.textContent).join(" ")
      : el.innerText.trim());
  };
  // The words inside of a control as indices, without the shortcuts that menus show.
  const wordsIn = (el) =>
    parents.flatMap((parent, i) => (el.contains(parent) && !(el.matches("[role=menuitem]") && parent.closest("kbd")) ? [i] : []));
  // Where what a field holds should be, by the width of its letters; null if it does not fit or nobody knows.
  const brush = document.createElement("canvas").getContext("2d");
  const TYPED = "textarea, select, input:not([type=checkbox], [type=radio], [type=range], [type=color], [type=file], [type=image])";
  const valueBox = (el, text) => {
    if (!el.matches(TYPED) || !text || el.value.includes("\n")) return null;
    const style = getComputedStyle(el);
    if (style.letterSpacing !== "normal") return null;
    brush.font = style.font;
    const [r, px] = [el.getBoundingClientRect(), (name) => parseFloat(style[name])];
    const c = { left: r.left + px("borderLeftWidth") + px("paddingLeft"), right: r.right - px("borderRightWidth") - px("paddingRight") };
    c.top = r.top + px("borderTopWidth");
    c.bottom = r.bottom - px("borderBottomWidth");
    // Without a frame that is drawn as a shadow, and the rest of a border between two pixels.
    const frame = Math.min(3, (c.bottom - c.top - 1.2 * px("fontSize")) / 2);
    if (frame > 0) [c.top, c.bottom] = [c.top + frame, c.bottom - frame];
    if (el.matches("textarea")) c.bottom = Math.min(c.bottom, c.top + px("paddingTop") + 1.3 * px("fontSize"));
    const [width, slack] = [brush.measureText(shown(el, text)).width, el.matches("select") ? 8 : 2];
    if (width > c.right - c.left) return null;
    if (el.matches("[type=submit], [type=button], [type=reset]") || style.textAlign === "center")
      c.left += (c.right - c.left - width) / 2;
    else if (!["start", "left", "-webkit-auto"].includes(style.textAlign)) return null;
    c.left -= 2;
    c.right = Math.min(c.right, c.left + width + 2 + slack);
    return { box: box(c), width_px: width * scale };
  };
  const controls = [];
  for (const el of document.querySelectorAll(CONTROLS)) {
    if (el.matches("[role=tab]") && el.querySelector("a[href], button")) continue;
    const rects = el.getClientRects();
    if (rects.length !== 1) { drop(rects.length ? "broken over lines" : "without extent"); continue; }
    const seen = outline(el, rects[0]);
    if (!seen) continue;
    const kind = kindOf(el);
    const label = labelOf(el);
    controls.push({
      kind,
      name: nameOf(el).replace(/\s+/g, " "),
      state: kind === "checkbox" || kind === "radio" ? Boolean(el.checked) : null,
      box: box(seen),
      font_px: parseFloat(getComputedStyle(el).fontSize) * scale,
      is_whole: isWhole(rects[0], seen),
      words: wordsIn(el),
      value: valueBox(el, nameOf(el).replace(/\s+/g, " ")),
      accessible: tidy(el.getAttribute("aria-label") || label || el.getAttribute("title") || el.getAttribute("alt")),
      label,
      glyphs: isGlyph(el) ? [glyph(el)] : glyphsIn(el),
      window: windowOf(el),
    });
  }

  // Icons that stand alone.
  const icons = [];
  for (const el of document.querySelectorAll("i, svg, img, span")) {
    if (!isGlyph(el) || el.closest(CONTROLS) || (el.parentElement && el.parentElement.closest("svg"))) continue;
    const seen = outline(el, el.getBoundingClientRect());
    if (seen) icons.push({ ...glyph(el), box: box(seen), window: windowOf(el) });
  }
  // Dialogs, which hold what comes after them.
  const dialogs = [];
  for (const el of document.querySelectorAll("dialog[open], [role=dialog], [role=alertdialog]")) {
    const seen = outline(el, el.getBoundingClientRect());
    if (seen) dialogs.push({ name: windowOf(el), box: box(seen) });
  }
  return { words, controls, icons, dialogs, dropped };
})();
