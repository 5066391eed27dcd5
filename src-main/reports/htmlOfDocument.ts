import { createHash } from 'node:crypto';
import { escapeText } from '../../src-shared/escapeText.ts';
import type {
  DocumentSection,
  DocumentTable,
  ReportDocument,
} from '../../src-shared/domain/reportDocument.ts';

/** The document as one HTML file that needs nothing else and may load nothing else. */
export function htmlOfDocument({ title, facts, disclaimer, sections }: ReportDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
${facts.map((fact) => `<p class="quiet">${escapeText(fact)}</p>`).join('\n')}
<p class="disclaimer">${escapeText(disclaimer)}</p>
</header>
<main>
${sections.map(htmlOfSection).join('\n')}
</main>
</body>
</html>
`;
}

function htmlOfSection({ heading, lines, tables }: DocumentSection): string {
  const sentences = lines.map((line) => `<p>${escapeText(line)}</p>`).join('\n');
  return `<section><h2>${escapeText(heading)}</h2>\n${sentences}\n${tables.map(htmlOfTable).join('\n')}</section>`;
}

function htmlOfTable({ caption, head, rows }: DocumentTable): string {
  const titles = head.map((title) => `<th scope="col">${escapeText(title)}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeText(name)}</th>${values}</tr>`;
  });
  return `<div class="wide" tabindex="0" role="region" aria-label="${escapeText(caption)}"><table><caption>${escapeText(caption)}</caption><thead><tr>${titles}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#c9ced4, #363c43); --quiet: light-dark(#565f69, #aab2bb); --alarm: light-dark(#8a3b00, #e2bd6b); }
body { margin: 0 auto; max-width: 1180px; padding: 24px; font: 14px/1.45 -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif; font-variant-numeric: tabular-nums; background: light-dark(#fff, #111316); color: light-dark(#15181b, #e4e7ea); }
h1 { margin: 0 0 4px; font-size: 24px; } h2 { margin: 28px 0 8px; font-size: 17px; }
p { margin: 3px 0; max-width: 100ch; } .quiet, caption { color: var(--quiet); } .disclaimer { color: var(--alarm); font-weight: 600; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: 8px 0; } caption { text-align: left; padding-bottom: 4px; }
th, td { padding: 4px 12px 4px 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; } th:first-child { text-align: left; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; } tr { break-inside: avoid; } .wide { overflow: visible; } }
`;

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
