/** Through the share sheet where there is one (WeChat, mail), else as a download. */
export async function saveFile(blob: Blob, name: string, type: string): Promise<void> {
  const file = new File([blob], name, { type })
  if (navigator.canShare?.({ files: [file] })) {
    try {
      return await navigator.share({ files: [file] })
    } catch (error) {
      if ((error as DOMException).name === 'AbortError') throw error
    }
  }
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
