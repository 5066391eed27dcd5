import type { MainSide } from '../../bridge/MainSide.ts';
import type { RunSummary } from '../../../src-shared/domain/trainingQueue.ts';
import { ComparedRuns } from './ComparedRuns.svelte.ts';
import { LaunchDraft } from './LaunchDraft.svelte.ts';
import { EvaluateSession } from './evaluate/EvaluateSession.svelte.ts';
import { JobsSession } from './jobs/JobsSession.svelte.ts';
import { ModelsSession } from './models/ModelsSession.svelte.ts';
import { RunList } from './RunList.svelte.ts';
import { WatchedRun } from './WatchedRun.svelte.ts';

/** The pages of the place. */
export type TrainingPage = 'runs' | 'evaluate' | 'models' | 'jobs';

/** What stands beside the list of runs. */
export type RunsView = 'watch' | 'launch' | 'compare';

/** What the Training place shows; it outlives a visit to another place. */
export class TrainingSession {
  page = $state<TrainingPage>('runs');
  view = $state<RunsView>('watch');
  readonly main: MainSide;
  readonly list: RunList;
  readonly watched: WatchedRun;
  readonly compared: ComparedRuns;
  readonly draft: LaunchDraft;
  readonly evaluate: EvaluateSession;
  readonly models: ModelsSession;
  readonly jobs: JobsSession;

  constructor(main: MainSide) {
    this.main = main;
    this.list = new RunList(main);
    this.watched = new WatchedRun(main);
    this.compared = new ComparedRuns(main);
    this.draft = new LaunchDraft(main);
    this.evaluate = new EvaluateSession(main);
    this.models = new ModelsSession(main);
    this.jobs = new JobsSession(main);
  }

  /** Looks at a run. */
  watch(id: string): void {
    this.page = 'runs';
    this.view = 'watch';
    this.watched.show(id);
  }

  /** Launches what the draft says and looks at the first of it. */
  async launch(): Promise<void> {
    const [first] = await this.draft.launch();
    await this.list.load();
    if (first !== undefined) this.watch(first);
  }

  /** Opens what is known of a finished run's model, or finds it out. */
  evaluateRun(run: string): void {
    this.page = 'evaluate';
    const known = this.evaluate.ofRun(run);
    void (known === null ? this.evaluate.startRun(run) : this.evaluate.open(known.id));
  }

  /** Prepares to take in a finished run's model. */
  registerRun({ id, title }: RunSummary): void {
    this.page = 'models';
    this.models.offerRun(id, title);
  }

  /** A new run like one that was. */
  copySettings(): void {
    const { detail } = this.watched;
    if (detail === null) return;
    this.draft.take(detail.summary.title, detail.settings);
    this.view = 'launch';
  }
}
