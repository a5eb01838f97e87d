import { copyFileSync, mkdirSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** dist is embedded by Go, so the folder must exist on a clean clone: the build empties it and puts the marker back. */
function keepMarker(): Plugin {
  return {
    name: 'keep-marker',
    apply: 'build',
    closeBundle() {
      mkdirSync('dist', { recursive: true });
      copyFileSync('.gitkeep', 'dist/.gitkeep');
    },
  };
}

/** The page's policy forbids inline scripts and sockets, which Vite's development server needs; only it is let off. */
function relaxPolicyInDevelopment(): Plugin {
  return {
    name: 'relax-policy-in-development',
    apply: 'serve',
    transformIndexHtml: (html) =>
      html
        .replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
        .replace("connect-src 'self'", "connect-src 'self' ws:"),
  };
}

export default defineConfig({
  plugins: [react(), keepMarker(), relaxPolicyInDevelopment()],
  // Whether the page talks to made-up data instead of the program; the build for the desktop leaves it out.
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false, reportCompressedSize: false },
  server: { strictPort: true },
  test: {
    environment: 'happy-dom',
    setupFiles: ['./test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
