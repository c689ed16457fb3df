/** The camera inside the page: the system camera may make Android kill the browser. */
export type CameraProblem = 'denied' | 'none' | 'busy' | 'insecure' | 'unknown'

export class CameraError extends Error {
  constructor(
    readonly code: CameraProblem,
    options?: ErrorOptions,
  ) {
    super(code, options)
    this.name = 'CameraError'
  }
}

export interface Camera {
  /** A JPEG of what the finder shows, as large as the camera gives. */
  shoot(): Promise<Blob>
  hasTorch: boolean
  torch(isOn: boolean): Promise<void>
  /** Always call it: a running camera eats the battery and blocks other programs. */
  stop(): void
}

/** Shows the back camera in `video`. Raises CameraError; `camera.<code>` is its sentence. */
export async function openCamera(video: HTMLVideoElement): Promise<Camera> {
  if (!isSecureContext || !navigator.mediaDevices) throw new CameraError('insecure')
  const stream = await request()
  const track = stream.getVideoTracks()[0]
  if (!track) throw new CameraError('none')
  video.srcObject = stream
  video.playsInline = true
  video.muted = true
  await video.play().catch(() => undefined) // an autoplay refusal still shows the first frame
  return {
    shoot: () => shoot(video, track),
    hasTorch: hasTorch(track),
    torch: (isOn) => track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] }),
    stop() {
      for (const each of stream.getTracks()) each.stop()
      video.srcObject = null
    },
  }
}

async function request(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1440 } },
    })
  } catch (error) {
    throw new CameraError(codeOf(error), { cause: error })
  }
}

const BY_NAME: Record<string, CameraProblem> = {
  NotAllowedError: 'denied',
  SecurityError: 'insecure',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

function codeOf(error: unknown): CameraProblem {
  return BY_NAME[(error as { name?: string } | null)?.name ?? ''] ?? 'unknown'
}

function hasTorch(track: MediaStreamTrack): boolean {
  const abilities = track.getCapabilities?.() as { torch?: boolean } | undefined
  return abilities?.torch === true
}

const PATIENCE_MS = 4_000

interface PhotoTaker {
  takePhoto(): Promise<Blob>
}

/** `takePhoto` gives the full sensor; where it is missing or fails, the frame of the finder. */
async function shoot(video: HTMLVideoElement, track: MediaStreamTrack): Promise<Blob> {
  const Taker = (globalThis as { ImageCapture?: new (track: MediaStreamTrack) => PhotoTaker }).ImageCapture
  if (Taker) {
    const blob = await Promise.race([new Taker(track).takePhoto().catch(() => null), silence()])
    if (blob && blob.size > 0) return blob
  }
  return frame(video)
}

/** Some phones never answer `takePhoto`. */
function silence(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS))
}

function frame(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new CameraError('unknown'))), 'image/jpeg', 0.92)
  })
}
