/*
 * The time for what says "open now".  It moves while somebody looks; a page
 * that was in the background catches up when it comes back.
 */

import { ref } from 'vue'

import { momentIn } from './openingHours.ts'

export const moment = ref(momentIn(new Date()))

function look() {
  moment.value = momentIn(new Date())
}

window.setInterval(look, 30_000)
document.addEventListener('visibilitychange', look)
