import type { OpenedSource } from '../../../../src-shared/contract/calls.ts';
import type { ListedArchive, SentResults, StudySearch } from '../../../../src-shared/contract/pacsCalls.ts';
import type { SliceHandle } from '../../../../src-shared/domain/collection.ts';
import type { FoundSeries, FoundStudy } from '../../../../src-shared/domain/pacs.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { Task } from '../../../bridge/Task.svelte.ts';

/** What to look for, as it stands in the form; dates as `2026-03-01`. */
export interface StudyForm {
  patientName: string;
  patientId: string;
  dateFrom: string;
  dateTo: string;
  modality: string;
  description: string;
}

const emptyForm: StudyForm = {
  ...{ patientName: '', patientId: '', dateFrom: '', dateTo: '' },
  ...{ modality: 'MR', description: '' },
};

/** The page "From PACS": looking for studies, pulling one, and sending results back. Nothing of it outlives the window. */
export class ArchiveSession {
  /** The page is shown in the place of the pictures. */
  isOpen = $state(false);
  /** Null until they were asked for. */
  archives = $state.raw<readonly ListedArchive[] | null>(null);
  archive = $state('');
  form = $state<StudyForm>({ ...emptyForm });
  found = $state.raw<StudySearch | null>(null);
  /** The study whose series are shown. */
  study = $state.raw<FoundStudy | null>(null);
  series = $state.raw<readonly FoundSeries[] | null>(null);
  /** UIDs of the series to pull. */
  chosen = $state.raw<readonly string[]>([]);
  sent = $state.raw<SentResults | null>(null);
  readonly searching: Task;
  readonly pulling: Task;
  readonly sending: Task;
  readonly #main: MainSide;

  constructor(main: MainSide) {
    this.#main = main;
    this.searching = new Task(main);
    this.pulling = new Task(main);
    this.sending = new Task(main);
  }

  async open(): Promise<void> {
    this.isOpen = true;
    await this.readArchives();
  }

  async readArchives(): Promise<void> {
    await this.searching.try(async () => {
      const { archives } = await this.#main.call('listArchives', {});
      this.archives = archives;
      if (!archives.some(({ name }) => name === this.archive)) this.choose(archives[0]?.name ?? '');
    });
  }

  /** Another archive: what was found in the one before is gone. */
  choose(archive: string): void {
    this.archive = archive;
    this.found = null;
    this.study = this.series = null;
  }

  async search(): Promise<void> {
    this.study = this.series = null;
    const { dateFrom, dateTo, ...words } = $state.snapshot(this.form);
    const dates = { dateFrom: dateFrom.replaceAll('-', ''), dateTo: dateTo.replaceAll('-', '') };
    await this.searching.run(
      'Asking the archive',
      'searchStudies',
      { archive: this.archive, ...words, ...dates },
      (found) => void (this.found = found),
    );
  }

  /** Shows the series of a study, or hides them again. */
  async expand(study: FoundStudy): Promise<void> {
    this.series = null;
    if (this.study?.studyInstanceUid === study.studyInstanceUid) {
      this.study = null;
      return;
    }
    this.study = study;
    const input = { archive: this.archive, study: study.studyInstanceUid };
    await this.searching.run('Asking for the series', 'listSeries', input, ({ series }) => {
      this.series = series.filter(({ modality }) => !isResult(modality));
      this.chosen = this.series.map(({ seriesInstanceUid }) => seriesInstanceUid);
    });
  }

  /**
   * Pulls the chosen series.
   *
   * @param onPulled - gets what can be opened now
   */
  async pull(onPulled: (source: OpenedSource, archive: string) => Promise<void>): Promise<void> {
    const { study, archive } = this;
    if (study === null || this.chosen.length === 0) return;
    const input = { archive, study: study.studyInstanceUid, series: [...this.chosen] };
    await this.pulling.run('Pulling the pictures', 'pullStudy', input, async ({ source }) => {
      this.isOpen = false;
      this.sent = null;
      await onPulled({ ...source, name: study.studyDescription ?? 'Study' }, archive);
    });
  }

  /** Analyses what is not analysed yet, and sends captures and a report to where the pictures came from. */
  async send(archive: string, slices: readonly SliceHandle[]): Promise<void> {
    this.sent = null;
    await this.sending.run(
      'Sending the result',
      'sendResults',
      { archive, slices: [...slices] },
      (sent) => void (this.sent = sent),
    );
  }
}

/** Reports and the like hold no pictures to read. */
function isResult(modality: string | null): boolean {
  return ['SR', 'PR', 'KO', 'SEG', 'DOC'].includes(modality ?? '');
}
