/*
 * The design system: native HTML, no pop-ups, words beside every color.  Pages import
 * the file they need (`../components/base/NoticeBox.vue`), so that the first view stays
 * small; this list is the overview, and what the gallery and the tests go through.
 * `npm run gallery -w web` shows every component in all its states.
 *
 * Layout and plain looks are classes, not components (src/styles/):
 *   page parts   .page .lead .prose .small .sheet .columns .grid-2 .grid-3 .acts
 *   buttons      .button .button-quiet .button-grave .link; aria-disabled="true" while busy
 * Measures and colors only by the tokens of tokens.css: then the elder mode is done, too.
 */

// Forms: id, label, hint, error, optional everywhere; ErrorSummary above, `focus()` it when refused.
export { default as FormField } from './FormField.vue' // slot { id, described, invalid }; group
export { default as TextField } from './TextField.vue' // v-model string; width full | half | short
export { default as TextAreaField } from './TextAreaField.vue' // v-model string; rows, limit
export { default as SelectField } from './SelectField.vue' // v-model string; options or slot, empty
export { default as RadioField } from './RadioField.vue' // v-model string; options { value, text, hint }
export { default as CheckField } from './CheckField.vue' // v-model boolean
export { default as CheckGroup } from './CheckGroup.vue' // v-model string[]; options
export { default as DateField } from './DateField.vue' // v-model DayParts of day.ts; wrong, birthday
export { default as ErrorSummary } from './ErrorSummary.vue' // errors { input: id, text }
export { default as SearchBox } from './SearchBox.vue' // v-model string; suggestions; @submit(text)

// Lists.
export { default as ItemList } from './ItemList.vue' // items, keyOf; slot { item, index }
export { default as InfoCard } from './InfoCard.vue' // title, to, level; slots tags, default, acts
export { default as LoadMore } from './LoadMore.vue' // a list that grows: shown, more, loading; @more
export { default as PageLinks } from './PageLinks.vue' // pages by cursor: previous, next
export { default as SummaryList } from './SummaryList.vue' // rows { id, term, text, change }; slots by id
export { default as TaskList } from './TaskList.vue' // tasks { text, hint, to, state }
export { default as StepList } from './StepList.vue' // steps { title, text, state }; slots step-1 …

// What is said.
export { default as StatusTag } from './StatusTag.vue' // tone plain | info | good | wait | bad; words in the slot
export { default as NoticeBox } from './NoticeBox.vue' // tone info | good | warning | problem; title, live; slot acts
export { default as EmptyState } from './EmptyState.vue' // title, advice; slot acts
export { default as LoadingNotice } from './LoadingNotice.vue' // text
export { default as ProblemNotice } from './ProblemNotice.vue' // problem of problem.ts; @retry
export { default as OfflineNotice } from './OfflineNotice.vue' // stands in App.vue
export { default as ErrorPage } from './ErrorPage.vue' // kind missing | failed | offline; @retry

// Ways on.
export { default as HotlineButton } from './HotlineButton.vue' // main
export { default as TabLinks } from './TabLinks.vue' // tabs that are pages: links { to, text, current }
export { default as TabPanels } from './TabPanels.vue' // tabs within a page: tabs { id, text }, slots by id
export { default as ModalDialog } from './ModalDialog.vue' // v-model open; id, title; slot acts
export { default as MoreBox } from './MoreBox.vue' // summary, open
export { default as QuickExit } from './QuickExit.vue' // comes by itself: route meta { quickExit: true }
export { default as ReadAloud } from './ReadAloud.vue' // stands in the header, in the elder mode
export { default as AppIcon } from './AppIcon.vue' // name
