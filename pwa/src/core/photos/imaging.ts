/** Canvas work of the browser: shrink, turn upright, stamp. Forty lines instead of a library. */
import { CoreError } from '@/core/errors'
import type { Imaging, Picture } from './types'

export const browserImaging: Imaging = { shrink, stamp }

type Drawable = ImageBitmap | HTMLImageElement

async function shrink(blob: Blob, edge: number, quality: number): Promise<Picture> {
  const image = await decode(blob)
  const scale = Math.min(1, edge / Math.max(image.width, image.height))
  const width = Math.max(1, Math.round(image.width * scale))
  const height = Math.max(1, Math.round(image.height * scale))
  const canvas = canvasOf(width, height)
  canvas.context.drawImage(image, 0, 0, width, height)
  close(image)
  const bytes = await (await canvas.toJpeg(quality)).arrayBuffer()
  return { bytes, type: 'image/jpeg', width, height }
}

const INK = 'rgb(255 255 255)'
const BAND = 'rgb(0 0 0 / 0.55)'
const COPY_QUALITY = 0.85

async function stamp(blob: Blob, lines: string[]): Promise<Blob> {
  const image = await decode(blob)
  const { width, height } = image
  const canvas = canvasOf(width, height)
  const size = Math.round(width / 32)
  const row = Math.round(size * 1.5)
  const band = row * lines.length + size
  const { context } = canvas
  context.drawImage(image, 0, 0, width, height)
  close(image)
  context.fillStyle = BAND
  context.fillRect(0, height - band, width, band)
  context.fillStyle = INK
  context.font = `${String(size)}px sans-serif`
  context.textBaseline = 'top'
  lines.forEach((line, at) => context.fillText(line, size, height - band + size / 2 + row * at, width - 2 * size))
  return canvas.toJpeg(COPY_QUALITY)
}

/** Upright: the browser applies the EXIF orientation. */
async function decode(blob: Blob): Promise<Drawable> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' })
  } catch {
    return decodeByElement(blob)
  }
}

/** Old Safari knows no options of createImageBitmap; an <img> turns upright by itself. */
async function decodeByElement(blob: Blob): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(blob)
  const image = new Image()
  try {
    image.src = url
    await image.decode()
    return image
  } catch (error) {
    throw new CoreError('not_an_image', { cause: error })
  } finally {
    URL.revokeObjectURL(url)
  }
}

function close(image: Drawable): void {
  if ('close' in image) image.close()
}

interface Canvas {
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D
  toJpeg(quality: number): Promise<Blob>
}

function canvasOf(width: number, height: number): Canvas {
  return typeof OffscreenCanvas === 'function' ? offscreen(width, height) : onscreen(width, height)
}

function offscreen(width: number, height: number): Canvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) return onscreen(width, height)
  return { context, toJpeg: (quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }) }
}

function onscreen(width: number, height: number): Canvas {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) throw new CoreError('unknown')
  return {
    context,
    toJpeg: (quality) =>
      new Promise((resolve, reject) => {
        canvas.toBlob(
          (blob) => {
            canvas.width = 0 // iOS frees canvas memory only so
            if (blob) resolve(blob)
            else reject(new CoreError('not_an_image'))
          },
          'image/jpeg',
          quality,
        )
      }),
  }
}
