import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** `npx vite` beside a running cloud: the pages come from here, everything else from there. */
const cloud = process.env['NOVA_HTTP_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  // The house also holds React 18 (of the test runner); every library here must see the same React.
  resolve: { dedupe: ['react', 'react-dom'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0, // A page policy without data: URLs stays possible.
    chunkSizeWarningLimit: 1600
  },
  server: { port: 5173, strictPort: false, proxy: { '/api': cloud, '/healthz': cloud } }
})
