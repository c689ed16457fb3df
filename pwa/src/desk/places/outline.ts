/** GeoJSON pasted from the office's map tool: a geometry, a feature around one, or a collection of one. Throws for what is no JSON. */
export function outlineOf(text: string): Record<string, unknown> | null {
  if (!text.trim()) return null
  const shape = JSON.parse(text) as { type?: string; geometry?: Record<string, unknown>; features?: { geometry?: Record<string, unknown> }[] }
  const only = shape.type === 'FeatureCollection' && shape.features?.length === 1 ? shape.features[0] : shape
  return only?.geometry ?? (shape as Record<string, unknown>)
}

/** The same for what is still being written: null for what cannot be read yet. */
export function drawnOf(text: string): Record<string, unknown> | null {
  try {
    return outlineOf(text)
  } catch {
    return null
  }
}
