import { onBeforeUnmount, onMounted, type Ref } from 'vue'

const WITH_TABS = '76px'

/** A toast stands above the bar, never on the button that comes next. */
export function useToastAbove(bar: Readonly<Ref<HTMLElement | null>>): void {
  const { style } = document.documentElement
  const follow = (): void => {
    const top = bar.value?.getBoundingClientRect().top
    style.setProperty('--toast-above', top === undefined ? WITH_TABS : `${Math.round(innerHeight - top)}px`)
  }
  const observer = new ResizeObserver(follow)
  onMounted(() => {
    follow()
    if (bar.value) observer.observe(bar.value)
  })
  onBeforeUnmount(() => observer.disconnect())
}
