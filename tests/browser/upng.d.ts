declare module 'upng-js' {
  interface Picture { width: number; height: number }
  const UPNG: {
    decode(png: ArrayBuffer): Picture;
    toRGBA8(picture: Picture): ArrayBuffer[];
    /** `colours`: how many at most; 0 for all. */
    encode(frames: ArrayBuffer[], width: number, height: number, colours: number): ArrayBuffer;
  };
  export default UPNG;
}
