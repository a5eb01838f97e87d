import 'react';

declare module 'react' {
  // Custom properties that a component hands to its style sheet.
  interface CSSProperties {
    '--share'?: number;
    '--w-facets'?: string;
    '--w-details'?: string;
  }
}
