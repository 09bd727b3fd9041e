/*
 * 长辈版: larger type and stronger contrast.  One attribute on <html> switches
 * the tokens; every page follows without knowing.
 */

import { ref } from 'vue'

const slot = 'legalnet.elder'

export const elder = ref(false)

function show() {
  if (elder.value) {
    document.documentElement.setAttribute('data-mode', 'elder')
  } else {
    document.documentElement.removeAttribute('data-mode')
  }
}

export function restoreElderMode() {
  try {
    elder.value = window.localStorage.getItem(slot) === '1'
  } catch {
    elder.value = false // storage is switched off: the choice lasts for this page
  }
  show()
}

export function toggleElderMode() {
  elder.value = !elder.value
  show()
  try {
    window.localStorage.setItem(slot, elder.value ? '1' : '0')
  } catch {
    // as above
  }
}
