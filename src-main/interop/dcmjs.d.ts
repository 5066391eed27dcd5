/** What we use of dcmjs, which declares no types. */
declare module 'dcmjs' {
  type ValueOfElement = string | number | ArrayBuffer | object;
  interface Element {
    vr: string;
    Value: ValueOfElement[];
  }
  type Elements = Record<string, Element>;
  interface DicomDict {
    meta: Elements;
    dict: Elements;
    write(): ArrayBuffer;
  }
  interface Dcmjs {
    data: {
      DicomDict: new (meta: Elements) => DicomDict;
      DicomMessage: { readFile(buffer: ArrayBuffer): DicomDict };
      DicomMetaDictionary: {
        denaturalizeDataset(dataset: object): Elements;
        naturalizeDataset(dict: Elements): Record<string, unknown>;
      };
    };
    log: { setLevel(level: string): void };
  }
  const dcmjs: Dcmjs;
  export default dcmjs;
}
