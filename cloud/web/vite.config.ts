import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** `npx vite` beside a running cloud: the pages come from here, everything else from there. */
const cloud = process.env['NOVA_HTTP_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: at('.'),
  plugins: [react()],
  // The house also holds React 18 (of the test runner); every library here must see the same React.
  resolve: { dedupe: ['react', 'react-dom'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    manifest: true, // What imports what: a test weighs the driver's first page by it.
    assetsInlineLimit: 0, // A page policy without data: URLs stays possible.
    chunkSizeWarningLimit: 1600,
    rollupOptions: {
      input: { main: at('./index.html'), sw: at('./shell/sw.ts') },
      // A service worker rules only the folder it lies in, and its name must stay the same.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') }
    }
  },
  server: { port: 5173, strictPort: false, proxy: { '/api': cloud, '/healthz': cloud } }
})
