/**
 * The files of a drop with folders walked, each with its path inside the dropped folder as
 * `webkitRelativePath`, as a folder picker would give them. Must be called before the drop handler returns,
 * since the browser empties the transfer then.
 */
export function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const drops = [...transfer.items].map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }));
  return Promise.all(drops.map(filesOfDrop)).then((lists) => lists.flat());
}

/** A file that comes from no file system (out of another page, say) has no entry. */
function filesOfDrop({ entry, file }: { entry: FileSystemEntry | null; file: File | null }): Promise<File[]> {
  if (entry !== null) return filesOf(entry);
  return Promise.resolve(file === null ? [] : [file]);
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) return [await readEntryFile(entry)];
  if (!isFolder(entry)) return [];
  const files: File[] = [];
  for (const child of await readFolder(entry)) files.push(...(await filesOf(child)));
  return files;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function readEntryFile(entry: FileSystemFileEntry): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  const path = entry.fullPath.replace(/^\//, '');
  return path.includes('/') ? Object.defineProperty(file, 'webkitRelativePath', { value: path }) : file;
}

/** `readEntries` gives at most a hundred entries a call, and an empty list at the end. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}
