// paleTexts runs in the page. It names the texts in the window whose contrast with what is behind them is below 4.5, which
// WCAG 2 asks for (AA). Where a background is a picture or half hidden by a dialogue, it does not judge.
export function paleTexts() {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => ((c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.background = "Canvas"; // what the browser paints where nobody says
  const canvas = parse(getComputedStyle(probe).backgroundColor);
  probe.remove();
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      layers.push(colour);
      if (colour.a === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), canvas);
  };
  const dialogue = document.querySelector(".modal-ux");
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(element.tagName)) continue;
    if (dialogue && !dialogue.contains(element)) continue;
    const box = element.getBoundingClientRect();
    if (!element.checkVisibility() || box.width < 2 || box.bottom < 0 || box.top > innerHeight) continue;
    const background = behind(element);
    const ratio = contrast(over(parse(getComputedStyle(element).color), background), background);
    if (ratio < 4.5) found.add(`${ratio.toFixed(1)} ${element.tagName.toLowerCase()}.${element.className}: ${node.data.trim().slice(0, 40)}`);
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (!field.checkVisibility() || field.disabled || (dialogue && !dialogue.contains(field))) continue;
    const background = behind(field);
    const ratio = contrast(over(parse(getComputedStyle(field).color), background), background);
    if (ratio < 4.5) found.add(`${ratio.toFixed(1)} ${field.tagName.toLowerCase()}.${field.className}: ${field.value.slice(0, 40)}`);
  }
  return [...found];
}
