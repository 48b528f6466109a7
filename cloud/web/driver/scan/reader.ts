import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

/** A QR reader on WebAssembly that we serve ourselves; by default the library would ask a CDN. */
export function openReader(): (image: ImageBitmapSource) => Promise<string | undefined> {
  prepareZXingModule({
    overrides: { locateFile: (file: string) => (file.endsWith('.wasm') ? wasmUrl : file) }
  })
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  return async (image) => (await detector.detect(image))[0]?.rawValue
}
