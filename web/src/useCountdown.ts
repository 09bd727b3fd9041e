import { onScopeDispose, ref } from 'vue'

/** Seconds that are left of a pause; the clock decides, so a sleeping phone counts right. */
export function useCountdown() {
  const left = ref(0)
  let clock = 0

  function countFrom(seconds: number) {
    const end = Date.now() + seconds * 1000
    const tick = () => {
      left.value = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      if (!left.value) window.clearInterval(clock)
    }
    window.clearInterval(clock)
    clock = window.setInterval(tick, 1000)
    tick()
  }

  onScopeDispose(() => window.clearInterval(clock))

  return { left, countFrom }
}
