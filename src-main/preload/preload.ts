import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import type { HostBridge } from '../../src-shared/contract/bridge.ts';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import type { OpenedSource } from '../../src-shared/contract/calls.ts';

/** The page's only door: it can call, listen, and hand over files that a person gave it. */
const bridge: HostBridge = {
  call: (name, input) => ipcRenderer.invoke('bratum:call', name, input) as Promise<Outcome<unknown>>,

  listen(listener) {
    const forward = (_: IpcRendererEvent, event: HostEvent) => listener(event);
    ipcRenderer.on('bratum:event', forward);
    return () => void ipcRenderer.off('bratum:event', forward);
  },

  // A path comes from a File that the browser made of a drop or a picker; a page cannot forge one.
  addFiles: (files) =>
    ipcRenderer.invoke(
      'bratum:add-files',
      files.map((file) => webUtils.getPathForFile(file as File)).filter((path) => path !== ''),
    ) as Promise<Outcome<OpenedSource[]>>,
};

contextBridge.exposeInMainWorld('bratum', bridge);
