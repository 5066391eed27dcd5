import { createHash } from 'node:crypto';
import { classLabels, tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { escapeText } from '../../src-shared/escapeText.ts';
import { percentText } from '../../src-shared/percentTexts.ts';
import type { CaseReport, DrawnSlice, ReportPicture, ReportSection } from './CaseReport.ts';

/**
 * The report as one HTML file that needs nothing else and may load nothing else: its policy allows the style below, by
 * its hash, and pictures that it holds itself. Made for A4, and readable on a narrow screen.
 */
export function htmlOfReport(report: CaseReport): string {
  const { title, isIdentified, facts, disclaimer, slices, sections, footer } = report;
  const privacy = isIdentified
    ? 'This page names a patient.'
    : 'Names, IDs, dates and free texts of the files are left out. Pictures may still show text or a face.';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Case report</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
${facts.map((fact) => `<p class="quiet">${escapeText(fact)}</p>`).join('\n')}
<p class="disclaimer">${escapeText(disclaimer)}</p>
<p class="quiet">Each slice is answered by itself. Heatmaps show where the model found evidence for its class: a region, not an outline; colours run from none (dark) to the strongest in that slice (bright).</p>
</header>
<main>
<section class="slices" aria-label="Chosen slices">
${slices.map(article).join('\n')}
</section>
<div class="columns">
<div>${sections.left.map(section).join('')}</div>
<div>${sections.right.map(section).join('')}</div>
</div>
</main>
<footer class="quiet"><p>${escapeText(disclaimer)} ${privacy}</p><p>${escapeText(footer)}</p></footer>
</body>
</html>
`;
}

function article(slice: DrawnSlice): string {
  const { caption, picture, heatmapPicture, probabilities, notes } = slice;
  const label = classLabels[slice.class];
  const heatmap =
    heatmapPicture === null
      ? '<span class="none">no heatmap</span>'
      : image(heatmapPicture, `Heatmap for ${label}`);
  const rows = tumourClasses.map(
    (name) =>
      `<tr><th scope="row">${classLabels[name]}</th><td><meter min="0" max="1" value="${probabilities[name].toFixed(4)}" aria-label="${classLabels[name]}"></meter></td><td>${escapeText(percentText(probabilities[name]))}</td></tr>`,
  );
  return `<article>
<h2>${escapeText(caption)}</h2>
<div class="pictures">${image(picture, `Slice: ${caption}`)}${heatmap}</div>
<table><caption>Class probabilities</caption><tbody>${rows.join('')}</tbody></table>
${notes.map((note) => `<p class="quiet">${escapeText(note)}</p>`).join('')}
</article>`;
}

function image({ png, rows, columns }: ReportPicture, text: string): string {
  const address = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return `<img src="${address}" width="${columns}" height="${rows}" alt="${escapeText(text)}">`;
}

function section({ heading, lines }: ReportSection): string {
  return `<section><h2>${escapeText(heading)}</h2>${lines.map((line) => `<p>${escapeText(line)}</p>`).join('')}</section>`;
}

const style = `
@page { size: A4; margin: 12mm; }
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; max-width: 210mm; background: #fff; color: #111820; font: 10.5px/1.35 "DejaVu Sans", Verdana, "Segoe UI", "Noto Sans", sans-serif; }
h1 { margin: 0 0 2px; font-size: 21px; overflow-wrap: anywhere; } h2 { margin: 0 0 3px; font-size: 11px; }
p { margin: 0 0 2px; overflow-wrap: anywhere; }
.quiet { color: #4a5663; } .disclaimer { margin: 5px 0; color: #8a3b00; font-size: 13px; font-weight: 700; }
header, .slices { border-bottom: 1px solid #c3cad1; padding-bottom: 6px; margin-bottom: 8px; }
.slices, .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 8px 18px; }
article, .columns section { break-inside: avoid; } .columns section { margin-bottom: 8px; }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 6px; }
.pictures > * { width: 100%; height: auto; aspect-ratio: 1; object-fit: contain; background: #000; }
.none { display: grid; place-items: center; color: #c3cad1; }
table { width: 100%; border-collapse: collapse; margin: 4px 0 2px; font-variant-numeric: tabular-nums; }
caption { position: absolute; clip-path: inset(50%); } th { width: 9em; text-align: left; font-weight: 400; }
td:last-child { width: 5em; text-align: right; white-space: nowrap; } td, th { padding: 0; } meter { width: 100%; height: 10px; }
meter::-webkit-meter-optimum-value { background: #2f6f9f; } meter::-moz-meter-bar { background: #2f6f9f; }
footer { border-top: 1px solid #c3cad1; padding-top: 4px; margin-top: 8px; }
@media print { body { padding: 0; max-width: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.slices, .columns { grid-template-columns: 1fr 1fr; } }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
