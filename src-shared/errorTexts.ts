import type { ErrorCode, ErrorDetail, Failure } from './errors.ts';

export interface ErrorText {
  title: string;
  advice: string;
}

type TextFor = (detail: ErrorDetail) => ErrorText;

const named = (detail: ErrorDetail): string => String(detail['file'] ?? 'The file');

const texts: Record<ErrorCode, TextFor> = {
  'file-not-found': (d) => ({
    title: `${named(d)} was not found`,
    advice: 'It may have been moved or renamed.',
  }),
  'file-unreadable': (d) => ({
    title: `${named(d)} cannot be read`,
    advice: 'Check that you may open it and that its drive is connected.',
  }),
  'file-empty': (d) => ({ title: `${named(d)} is empty`, advice: 'Copy it again from its source.' }),
  'file-truncated': (d) => ({
    title: `${named(d)} ends too early`,
    advice: 'The copy is incomplete; fetch it again from its source.',
  }),
  'file-too-large': (d) => ({
    title: `${named(d)} is too large`,
    advice: `The limit is ${d['limit'] ?? 'lower'}; open a smaller part of it.`,
  }),
  'unknown-format': (d) => ({
    title: `${named(d)} is not a picture we know`,
    advice: 'DICOM, NIfTI, PNG, JPEG, TIFF, WebP and BMP can be opened.',
  }),
  'image-damaged': (d) => ({
    title: `${named(d)} is damaged`,
    advice: `${d['reason'] ?? 'Its pixels cannot be decoded.'} Fetch it again from its source.`,
  }),
  'image-too-small': (d) => ({
    title: `${named(d)} is too small`,
    advice: `A slice needs at least ${d['minimum'] ?? 2} rows and columns.`,
  }),
  'image-too-large': (d) => ({
    title: `${named(d)} is too large to decode safely`,
    advice: `It claims ${d['columns'] ?? '?'} × ${d['rows'] ?? '?'} pixels.`,
  }),
  'image-unsupported': (d) => ({
    title: `${named(d)} is of a variety we cannot read`,
    advice: `${d['reason'] ?? 'Save it in another way'}. PNG and NIfTI with plain numbers can be opened.`,
  }),
  'dicom-damaged': (d) => ({
    title: `${named(d)} is not valid DICOM`,
    advice: String(d['reason'] ?? 'Fetch it again from its source.'),
  }),
  'dicom-no-pixel-data': (d) => ({
    title: `${named(d)} holds no picture`,
    advice: 'It may be a report or a presentation state.',
  }),
  'dicom-wrong-pixel-length': (d) => ({
    title: `${named(d)} holds less pixel data than its header claims`,
    advice: `Expected ${d['expected'] ?? '?'} bytes, found ${d['found'] ?? '?'}.`,
  }),
  'dicom-unsupported-transfer-syntax': (d) => ({
    title: `${named(d)} is compressed in a way we cannot read`,
    advice: `Transfer syntax ${d['transferSyntax'] ?? 'unknown'}. Ask the archive for an uncompressed copy.`,
  }),
  'dicom-unsupported-photometric-interpretation': (d) => ({
    title: `${named(d)} has colours we cannot read`,
    advice: `Photometric interpretation ${d['photometricInterpretation'] ?? 'unknown'}.`,
  }),
  'deidentification-unsafe': (d) => ({
    title: `${named(d)} cannot be de-identified`,
    advice: 'Its pixels hold the patient’s name or number as text. Save the picture anew, without comments.',
  }),
  'nifti-damaged': (d) => ({
    title: `${named(d)} is not a valid NIfTI volume`,
    advice: String(d['reason'] ?? 'Fetch it again from its source.'),
  }),
  'archive-damaged': (d) => ({
    title: `${named(d)} is a damaged archive`,
    advice: 'Fetch it again from its source.',
  }),
  'archive-encrypted': (d) => ({
    title: `${named(d)} is encrypted`,
    advice: 'Unpack it with its password first, then open the folder.',
  }),
  'archive-too-large': (d) => ({
    title: `${named(d)} unpacks to more than we allow`,
    advice: `The limit is ${d['limit'] ?? 'lower'}; unpack it yourself and open the folder.`,
  }),
  'archive-unsafe-path': (d) => ({
    title: `${named(d)} contains a path that leads outside it`,
    advice: 'Such archives are refused; do not trust where it came from.',
  }),
  'invalid-window': () => ({ title: 'This window is not valid', advice: 'The width must be above 1.' }),
  'model-not-found': (d) => ({
    title: `There is no model “${d['model'] ?? ''}”`,
    advice: 'Choose one of the listed models.',
  }),
  'model-damaged': (d) => ({
    title: `The model “${d['model'] ?? ''}” does not pass its checks`,
    advice: String(d['reason'] ?? 'Install it again.'),
  }),
  'method-unavailable': (d) => ({
    title: `“${d['method'] ?? ''}” is not available`,
    advice: String(d['reason'] ?? 'Choose another explanation method.'),
  }),
  'provider-unavailable': (d) => ({
    title: `The provider “${d['provider'] ?? ''}” cannot be used here`,
    advice: String(d['reason'] ?? 'Choose “auto” or “cpu”.'),
  }),
  'inference-failed': () => ({
    title: 'The model could not be run',
    advice: 'Try again; if it repeats, choose the provider “cpu”.',
  }),
  'inference-stopped': () => ({
    title: 'The model process stopped',
    advice: 'It was started again; repeat the analysis.',
  }),
  'picture-changed': (d) => ({
    title: `${named(d)} is not the picture that was ${d['when'] ?? 'split'}`,
    advice: 'Its content changed since; restore it, or start again with what is there now.',
  }),
  'model-changed': (d) => ({
    title: `“${d['model'] ?? 'The model'}” is not the model that was ${d['when'] ?? 'evaluated'}`,
    advice: `It was replaced since, or another is installed here. ${d['remedy'] ?? 'Evaluate it again.'}`,
  }),
  'model-exists': (d) => ({
    title: `There is a model “${d['model'] ?? ''}” already`,
    advice: 'Choose another name.',
  }),
  'model-refused': (d) => ({
    title: `${named(d)} was not taken in as a model`,
    advice: String(d['reason'] ?? 'It does not pass its checks.'),
  }),
  'model-shipped': (d) => ({
    title: `“${d['model'] ?? 'This model'}” came with the application`,
    advice: 'It cannot be archived; activate another one instead.',
  }),
  'evaluation-unknown': () => ({
    title: 'This evaluation is no longer there',
    advice: 'Go back to the list.',
  }),
  'training-diverged': (d) => ({
    title: `The loss is no longer a number (epoch ${d['epoch'] ?? '?'})`,
    advice: 'Train again with a smaller learning rate or a longer warm-up; the last checkpoint is kept.',
  }),
  'training-stopped': () => ({
    title: 'The training process ended unexpectedly',
    advice: 'Resume the run: it goes on from its last checkpoint. If it happens again, use a smaller batch.',
  }),
  'run-unknown': () => ({
    title: 'This run is no longer here',
    advice: 'It was removed, or no longer waits in the queue.',
  }),
  'run-not-possible': (d) => ({
    title: `This cannot be done with a run that is ${d['state'] ?? 'in this state'}`,
    advice: 'Its state may have just changed; look at it again.',
  }),
  'plan-unknown': () => ({
    title: 'The data set must be checked again',
    advice: 'What was found out about it is kept only until the application ends.',
  }),
  'run-exists': (d) => ({
    title: `The folder ${d['folder'] ?? ''} already holds a run`,
    advice: 'Go on with it by --resume, or choose another folder.',
  }),
  'run-not-found': (d) => ({
    title: `The folder ${d['folder'] ?? ''} holds no run`,
    advice: 'Name the folder that --out was given.',
  }),
  'run-damaged': (d) => ({
    title: `The run in ${d['folder'] ?? 'the folder'} cannot be continued`,
    advice: String(d['reason'] ?? 'One of its files is damaged.'),
  }),
  'run-busy': (d) => ({
    title: `Another process is training in ${d['folder'] ?? 'this folder'}`,
    advice: 'Wait for it, or stop it first.',
  }),
  'run-without-model': (d) => ({
    title: `The run in ${d['folder'] ?? 'this folder'} has no model yet`,
    advice: 'A run writes it when it ends; go on with it by train --resume.',
  }),
  'store-unavailable': () => ({
    title: 'The case store cannot be opened',
    advice: 'Check that its folder exists and that you may write to it.',
  }),
  'store-from-newer-version': (d) => ({
    title: 'The case store was written by a newer version',
    advice: `It has version ${d['found'] ?? '?'}, this program knows ${d['known'] ?? '?'}. Update the program.`,
  }),
  'store-busy': () => ({
    title: 'The case store is in use',
    advice: 'Another program is writing to it; try again in a moment.',
  }),
  'store-damaged': () => ({
    title: 'The case store is damaged',
    advice: 'Nothing was changed. Restore a backup, or move the folder away to start anew.',
  }),
  'store-not-empty': () => ({
    title: 'There are cases in this store',
    advice: 'They would be replaced by those of the backup; say so if that is what you want.',
  }),
  'backup-damaged': (d) => ({
    title: `${d['file'] ?? 'The file'} is not a whole backup`,
    advice: `${d['reason'] ?? 'It does not agree with its checksums'}. Nothing was changed.`,
  }),
  'report-without-answers': () => ({
    title: 'There is nothing to report on this case yet',
    advice: 'Analyse its slices first.',
  }),
  'disk-full': () => ({
    title: 'The disk is full',
    advice: 'Free some space; nothing that was saved is lost.',
  }),
  'folder-unwritable': (d) => ({
    title: `The folder “${d['folder'] ?? ''}” cannot be written`,
    advice: 'Choose another folder or change its permissions.',
  }),
  'folder-not-empty': (d) => ({
    title: `The folder “${d['folder'] ?? ''}” holds other things`,
    advice: 'They would be lost; choose an empty folder or a new one.',
  }),
  'handle-unknown': () => ({ title: 'This picture is no longer open', advice: 'Open it again.' }),
  'job-unknown': () => ({ title: 'This job is no longer running', advice: 'It may already have ended.' }),
  'dataset-unknown': () => ({ title: 'This data set no longer exists', advice: 'Go back to the list.' }),
  'picture-unknown': () => ({
    title: 'This picture is no longer in the data set',
    advice: 'Open the data set again.',
  }),
  'dataset-busy': () => ({
    title: 'Something else is being imported into this data set',
    advice: 'Wait until it has ended, or cancel it.',
  }),
  'saved-unknown': () => ({ title: 'This is no longer saved', advice: 'Open the data set again.' }),
  'saved-locked': (d) => ({
    title: `${String(d['name'] ?? 'It')} is locked`,
    advice: 'Unlock it, or save under another name.',
  }),
  'case-unknown': () => ({ title: 'This case is no longer in the store', advice: 'Refresh the list.' }),
  'case-not-in-trash': () => ({
    title: 'Only cases in the trash can be erased',
    advice: 'Move the case to the trash first.',
  }),
  'study-unknown': () => ({ title: 'This study is not in the case', advice: 'Open the case again.' }),
  'analysis-unknown': () => ({
    title: 'This answer is no longer in the store',
    advice: 'Open the case again.',
  }),
  'reading-unknown': () => ({
    title: 'This reading is no longer in the store',
    advice: 'Open the case again.',
  }),
  'reading-superseded': () => ({
    title: 'There is a newer version of this reading',
    advice: 'Open the case again and correct that one.',
  }),
  'reading-of-somebody-else': () => ({
    title: 'This reading is by somebody else',
    advice: 'Record your own; the settings say who reads here.',
  }),
  'answer-was-revealed': () => ({
    title: 'The answer was already shown',
    advice:
      'A reading is blinded only if it is recorded before that. It can still be recorded as an open one.',
  }),
  'submission-unknown': () => ({
    title: 'There is no such submission',
    advice: 'List the jobs again; another queue or store may be meant.',
  }),
  'chunk-abandoned': (d) => ({
    title: `This chunk of slices ended ${d['attempts'] ?? 'several'} workers or was lost with them`,
    advice: 'One of its pictures may exhaust the memory. Submit the pictures again in smaller parts.',
  }),
  'queue-unreachable': () => ({
    title: 'The queue cannot be reached',
    advice: 'Check that Redis runs at the address, and the name and password in it.',
  }),
  'fleet-store-unreachable': () => ({
    title: 'The store of results cannot be reached',
    advice: 'Check that PostgreSQL runs at the address, and the name and password in it.',
  }),
  'component-missing': (d) => ({
    title: `${d['component'] ?? 'A component'} is not installed`,
    advice: String(d['reason'] ?? 'Install it and try again.'),
  }),
  'pacs-unknown': (d) => ({
    title: `There is no archive named “${d['server'] ?? ''}”`,
    advice: 'bratum pacs list shows those that there are; bratum pacs add names another.',
  }),
  'pacs-list-damaged': (d) => ({
    title: `The list of archives (${named(d)}) is damaged`,
    advice: 'Move it away and add the archives again.',
  }),
  'pacs-unreachable': (d) => ({
    title: `The archive ${d['server'] ?? ''} cannot be reached`,
    advice: `${d['reason'] ?? 'It did not answer.'} Check the network and its address; what came is kept.`,
  }),
  'pacs-unauthorised': (d) => ({
    title: `The archive ${d['server'] ?? ''} wants to know who asks`,
    advice:
      'Give user and password in the settings of the archive; on the command line, set BRATUM_PACS_USER and BRATUM_PACS_PASSWORD, or BRATUM_PACS_TOKEN.',
  }),
  'pacs-untrusted': (d) => ({
    title: `The certificate of the archive ${d['server'] ?? ''} is not trusted`,
    advice: `${d['reason'] ?? ''} If it was signed by an authority of your own, add the archive with that authority's certificate.`,
  }),
  'pacs-credentials-sealed': (d) => ({
    title: `The password for ${d['server'] ?? 'the archive'} lies in the system's keychain`,
    advice:
      'Only the desktop application opens it there. Set BRATUM_PACS_USER and BRATUM_PACS_PASSWORD here.',
  }),
  'keychain-refused': (d) => ({
    title: `The system's keychain did not open for ${d['server'] ?? 'the archive'}`,
    advice: 'Unlock it and repeat the step. Where it was replaced, enter the password anew in the settings.',
  }),
  'pacs-refused': (d) => ({
    title: `The archive ${d['server'] ?? ''} refused`,
    advice: String(d['reason'] ?? 'Ask who runs it.'),
  }),
  'pacs-answer-damaged': (d) => ({
    title: 'The archive answered what cannot be used',
    advice: String(d['reason'] ?? 'Ask who runs it.'),
  }),
  'pacs-nothing-there': () => ({
    title: 'The archive has no such pictures',
    advice: 'Check the UID; results and reports are not analysed again.',
  }),
  'connection-lost': () => ({
    title: 'The connection to the workstation was lost',
    advice: 'It is tried again by itself; then repeat the step.',
  }),
  'address-in-use': (d) => ({
    title: `Port ${d['port'] ?? ''} is in use`,
    advice: 'Another program listens there. Choose another port, or end that program.',
  }),
  'port-refused': (d) => ({
    title: `The system does not let this program listen on port ${d['port'] ?? ''}`,
    advice: 'Choose one from 1024 on; smaller ones belong to the system.',
  }),
  'session-required': () => ({
    title: 'This page needs the address that the program printed',
    advice: 'Open that address; it works once. Start the program again for a new one.',
  }),
  'too-many-attempts': () => ({ title: 'Too many wrong attempts', advice: 'Wait a minute, then try again.' }),
  'invalid-input': (d) => ({ title: 'The request was not understood', advice: String(d['reason'] ?? '') }),
  'not-allowed': () => ({
    title: 'This is not allowed',
    advice: 'The request came from an unexpected place.',
  }),
  cancelled: () => ({ title: 'Cancelled', advice: 'What was finished before is kept.' }),
  internal: (d) => ({
    title: 'Something went wrong in the program',
    advice:
      d['incident'] === undefined
        ? 'Please report it.'
        : `Please report it with the number ${d['incident']}.`,
  }),
};

/** The title and the advice that a person reads for a failure. */
export function errorText({ code, detail }: Failure): ErrorText {
  return texts[code](detail);
}

/** Title and advice in one line, as the command line prints it. */
export function errorMessage(failure: Failure): string {
  const { title, advice } = errorText(failure);
  return advice === '' ? `${title}.` : `${title}. ${advice}`;
}
