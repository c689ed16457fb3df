/// <reference lib="webworker" />
/** The program itself, for starting without a network. Records never pass through here. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope

/** Static routing of the Service Worker standard, which TypeScript does not know yet; older browsers neither. */
interface RoutedInstall extends ExtendableEvent {
  addRoutes?(rule: { condition: { urlPattern: { pathname: string } }; source: 'network' }): Promise<void>
}

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/field/field.html'), { allowlist: [/^\/field(\/|$)/] }))

// What is the server's alone goes there without waking this worker: cheaper on a cheap phone, and no
// request reaches the old version while a new one takes over.
self.addEventListener('install', (event: RoutedInstall) => {
  const routed = event.addRoutes?.({ condition: { urlPattern: { pathname: '/api/*' } }, source: 'network' })
  if (routed) event.waitUntil(routed.catch(() => undefined))
})

// A new version waits until the person says so; core/update.ts sends this.
self.addEventListener('message', (event: ExtendableMessageEvent) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})
