import type { Analysis } from '../../src-shared/domain/analysis.ts';
import { classLabels, tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { escapeText } from '../../src-shared/escapeText.ts';
import { errorText } from '../../src-shared/errorTexts.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { percentText } from '../../src-shared/percentTexts.ts';

/** One slice of the report; pictures are addresses relative to the page. */
export interface ReportEntry {
  title: string;
  outcome: Outcome<Analysis>;
  picture: string | null;
  heatmapPicture: string | null;
}

/**
 * A page with every slice, its probabilities and its heatmap. Never one class for the whole series: the
 * models were trained on chosen slices.
 *
 * @param name - of the folder, shown as the heading
 * @param limits - what the models cannot do, from their cards
 */
export function demoReport(name: string, entries: readonly ReportEntry[], limits: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(name)} – BraTum Workstation</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeText(name)}</h1>
<p class="notice">For research use. Not a diagnosis.</p>
<p>${entries.length} pictures, each answered by itself. Heatmaps show where the model found evidence for its class: a region, not an outline. Colours run from no evidence <span class="bar" role="img" aria-label="colour scale from dark to bright"></span> to the strongest in that slice.</p>
${limits.length === 0 ? '' : `<h2>What these models cannot do</h2><ul>${limits.map((limit) => `<li>${escapeText(limit)}</li>`).join('')}</ul>`}
</header>
<main>
${entries.map(article).join('\n')}
</main>
</body>
</html>
`;
}

function article({ title, outcome, picture, heatmapPicture }: ReportEntry): string {
  if (!outcome.ok) {
    const text = errorText(outcome.error);
    return `<article class="failed"><h3>${escapeText(title)}</h3><p><strong>${escapeText(text.title)}.</strong> ${escapeText(text.advice)}</p></article>`;
  }
  const { value } = outcome;
  const label = classLabels[value.class];
  const evidence =
    value.heatmap?.isEmpty === true
      ? `<p class="quiet">No positive evidence for ${escapeText(label)} in this slice.</p>`
      : '';
  return `<article>
<h3>${escapeText(title)}</h3>
<div class="pictures">${image(picture, `Slice ${title}`)}${image(heatmapPicture, `Heatmap for ${label}`)}</div>
<div class="answer"><strong>${escapeText(label)}</strong> <span class="quiet">${escapeText(value.plane ?? 'plane unknown')} · ${escapeText(value.model)} · ${escapeText(value.provider)} · ${value.elapsedMs.toFixed(0)} ms</span>
<table>${tumourClasses.map((name) => bar(classLabels[name], value.probabilities[name])).join('')}</table>
${evidence}<p class="quiet">90% set: ${value.classSet.map((name) => classLabels[name]).join(', ')}</p></div>
</article>`;
}

function image(address: string | null, text: string): string {
  return address === null
    ? ''
    : `<img src="${escapeText(address)}" alt="${escapeText(text)}" loading="lazy">`;
}

function bar(label: string, share: number): string {
  return `<tr><th scope="row">${escapeText(label)}</th><td><meter min="0" max="1" value="${share.toFixed(4)}"></meter></td><td>${escapeText(percentText(share))}</td></tr>`;
}

const style = `
:root { color-scheme: dark; --line: #2b3138; --quiet: #9aa5b1; }
body { margin: 0; background: #0d1013; color: #e6e9ec; font: 14px/1.45 system-ui, sans-serif; }
header, main { max-width: 1200px; margin: 0 auto; padding: 24px; }
h1 { margin: 0 0 4px; font-size: 24px; } h2 { font-size: 16px; } h3 { margin: 0 0 8px; font-size: 14px; }
.notice { color: #f0b75e; font-weight: 600; margin: 0 0 12px; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(360px, 1fr)); gap: 16px; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 12px; break-inside: avoid; }
article.failed { border-color: #a3453f; }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
.pictures img { width: 100%; background: #000; border-radius: 4px; }
.answer { margin-top: 10px; } .quiet { color: var(--quiet); margin: 4px 0 0; }
table { width: 100%; border-collapse: collapse; margin-top: 6px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 400; width: 9em; } td:last-child { text-align: right; width: 4.5em; }
meter { width: 100%; }
.bar { display: inline-block; width: 96px; height: 10px; border-radius: 2px; vertical-align: middle;
  background: linear-gradient(90deg, #000004, #420a68, #932667, #dd513a, #fca50a, #fcffa4); }
@media print { :root { color-scheme: light; } body { background: #fff; color: #000; } }
`;
