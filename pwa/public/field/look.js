/** Before the first paint: theme and text size of last time, so that the night stays dark. As core/settings.ts. */
try {
  const { theme = 'light', textSize = 'normal' } = JSON.parse(localStorage.getItem('safegrid.settings') ?? '{}')
  const root = document.documentElement
  root.dataset.theme = theme
  root.toggleAttribute('data-large', textSize !== 'normal')
  root.style.setProperty('--text-scale', String({ large: 1.25, huge: 1.67 }[textSize] ?? 1))
} catch {
  // Without storage the page starts in its default look.
}
