// As the manual's quick start has it: everything registered, one style sheet.
import { createApp } from 'vue'
import ElementPlus from 'element-plus'
import zhCn from 'element-plus/es/locale/lang/zh-cn'
import 'element-plus/dist/index.css'

import SearchPage from './SearchPage.vue'

createApp(SearchPage).use(ElementPlus, { locale: zhCn }).mount('#app')
