import 'leaflet/dist/leaflet.css'
import L from 'leaflet'
import type { CountyMap } from '@/contract'

/** Around what is fitted into sight: at the bottom the line that names the source covers the map. */
export const roomFor = (margin: number): L.FitBoundsOptions => ({ paddingTopLeft: [margin, margin], paddingBottomRight: [margin, margin + 20] })

/** What every map stands on: the county's outline and its townships' names, tiles where some are set. */
export interface Base {
  county: CountyMap
  tileUrl: string
  /** Only to be looked at. */
  isStill?: boolean
  zoomIn: string
  zoomOut: string
}

export function baseMap(element: HTMLElement, { county, tileUrl, isStill, zoomIn, zoomOut }: Base): { map: L.Map; edge: L.GeoJSON } {
  const map = L.map(element, {
    zoomControl: false, attributionControl: false, zoomSnap: 0.5, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
    scrollWheelZoom: !isStill, dragging: !isStill, keyboard: !isStill, doubleClickZoom: !isStill,
  })
  if (tileUrl) L.tileLayer(tileUrl, { maxZoom: 18 }).addTo(map)
  const edge = L.geoJSON(county.outline as never, { interactive: false, style: { className: tileUrl ? 'case-map-edge bare' : 'case-map-edge' } }).addTo(map)
  for (const town of county.townships) {
    const { name, short_name, lat, lon } = town as { name: string; short_name?: string; lat: number; lon: number }
    written([lat, lon], short_name ?? name, 'case-map-town').addTo(map)
  }
  if (!isStill) L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut, position: 'topright' }).addTo(map)
  map.fitBounds(edge.getBounds(), roomFor(8))
  return { map, edge }
}

/** Words on the map, in the middle of something. */
export function written(at: L.LatLngExpression, words: string, className: string): L.Marker {
  return L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className, html: '', iconSize: [0, 0] }) })
    .bindTooltip(inWords(words), { permanent: true, direction: 'center', className })
}
/** Leaflet takes a string for markup; names are words. */
export function inWords(name: string): HTMLElement {
  const words = document.createElement('span')
  words.textContent = name
  return words
}
