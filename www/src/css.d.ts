/** Style sheets are imported as their minified text. */
declare module '*.css' {
  const text: string;
  export default text;
}
