import MathJax from "mathjax";

/** One picture of the formulas, each below its title. MathJax draws letters as outlines, so it needs no fonts. */
export async function typesetColumn(
  formulas: readonly { readonly title: string; readonly latex: string }[],
): Promise<string> {
  started ??= MathJax.init({ loader: { load: ["input/tex", "output/svg"] }, svg: { fontCache: "none" } });
  await started;
  const parts: string[] = [];
  let [top, width] = [margin, 0];
  for (const { title, latex } of formulas) {
    const formula = await typeset(latex);
    parts.push(
      `<text x="${margin}" y="${top + titleHeight / 2}" class="title">${title}</text>`,
      `<svg x="${margin}" y="${top + titleHeight}" width="${formula.width}" height="${formula.height}" ${formula.rest}`,
    );
    top += titleHeight + formula.height + gap;
    width = Math.max(width, formula.width);
  }
  const [right, bottom] = [Math.ceil(width + 2 * margin), Math.ceil(top - gap + margin)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${right}" height="${bottom}" viewBox="0 0 ${right} ${bottom}">`,
    "<style>.title { font: 14px sans-serif; fill: #666 }</style>",
    `<rect width="100%" height="100%" fill="white"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

const [margin, gap, titleHeight, ex] = [24, 28, 28, 9];
let started: Promise<void> | undefined;

interface Typeset {
  readonly width: number;
  readonly height: number;
  /** What follows the size in the SVG element. */
  readonly rest: string;
}

// Throws where MathJax draws a message in place of the formula.
async function typeset(latex: string): Promise<Typeset> {
  const svg = MathJax.startup.adaptor.innerHTML(await MathJax.tex2svgPromise(latex, { display: true }));
  const [, width, height, rest] = /^<svg [^>]*?width="([\d.]+)ex" height="([\d.]+)ex" (.*)$/s.exec(svg) ?? [];
  if (rest === undefined || svg.includes("data-mjx-error")) throw new Error(`MathJax does not read ${latex}`);
  return { width: Number(width) * ex, height: Number(height) * ex, rest };
}
