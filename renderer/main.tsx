/** The window page's entry. */
import './strict.ts'
import './base.css'
import { App } from './App.tsx'
import { startPage } from './Page.tsx'

startPage(<App />)
